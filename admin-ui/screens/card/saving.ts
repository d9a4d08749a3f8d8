import type { FieldProblem } from '../../../core/problems.ts';
import type { RecordAnswer } from '../../../core/storage/gateway.types.ts';
import { api } from '../../api/client.ts';
import { type PreparedForm, writableValues } from '../../forms/schema/prepare.ts';
import { nearestField, type Problems, pathOf, pointerOf } from '../../forms/validation/problems.ts';
import { leafAt } from '../../forms/validation/validator.ts';
import { mergePatch } from '../../forms/values/patch.ts';
import type { Values } from '../../forms/values/paths.ts';

const address = (entity: string, id: string) =>
  `/api/records/${encodeURIComponent(entity)}/${encodeURIComponent(id)}`;

/** What has to be sent to turn the saved values into those of the form; empty when nothing was changed. */
export function patchOf(prepared: PreparedForm, base: Values, values: Values): Values {
  const leaves = [...prepared.leaves.values()];
  return mergePatch(writableValues(base, leaves), writableValues(values, leaves));
}

export const savePatch = (entity: string, id: string, version: string, patch: Values, appointment: string) =>
  api.patch<RecordAnswer>(address(entity, id), {
    body: patch,
    appointment,
    headers: { 'If-Match': `"${version}"`, 'Idempotency-Key': crypto.randomUUID() },
  });

export const readRecord = (entity: string, id: string, include: string[], appointment: string) =>
  api.get<RecordAnswer>(
    address(entity, id) + (include.length > 0 ? `?include=${encodeURIComponent(include.join(','))}` : ''),
    { appointment },
  );

export const deleteRecord = (entity: string, id: string, version: string, appointment: string) =>
  api.delete(address(entity, id), { appointment, headers: { 'If-Match': `"${version}"` } });

/** An act with a right of its own: closing a school year, opening it again. */
export const actOn = (
  entity: string,
  id: string,
  version: string,
  act: string,
  reason: string,
  appointment: string,
) =>
  api.post<RecordAnswer>(`${address(entity, id)}/transitions/${act}`, {
    body: reason ? { reason } : {},
    appointment,
    headers: { 'If-Match': `"${version}"`, 'Idempotency-Key': crypto.randomUUID() },
  });

/** The server's faults: those of fields by their place in the form, and sentences that belong to none. */
export function placeProblems(
  errors: FieldProblem[],
  prepared: PreparedForm,
): { problems: Problems; general: string[] } {
  const known = new Set(prepared.leaves.keys());
  const problems = new Map<string, string>();
  const general: string[] = [];
  for (const { path: pointer, message } of errors) {
    const path = pathOf(pointer);
    const exact = leafAt(prepared.leaves, path) ? path : nearestField(pointer, known);
    if (exact === undefined) general.push(message);
    else if (!problems.has(pointerOf(exact))) problems.set(pointerOf(exact), message);
  }
  return { problems, general };
}
