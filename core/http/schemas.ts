/**
 * Validation of what routes declare. Two instances: parameters of an address are text and are coerced to the type
 * the route names; bodies are never coerced (SC1). Both refuse what the route does not know, and name it.
 */
import Ajv from 'ajv';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { isRealDay } from '../formats/dates.ts';
import { isUuid } from './uuid.ts';

export function validateSchemas(app: FastifyInstance): void {
  const shared = { allErrors: true, strict: true, useDefaults: true, ownProperties: true } as const;
  const addressAjv = new Ajv.default({ ...shared, coerceTypes: 'array' });
  const bodyAjv = new Ajv.default({ ...shared, coerceTypes: false });
  for (const ajv of [addressAjv, bodyAjv]) {
    // As stored, letter by letter: what is typed otherwise is brought into form by the page, not here (SC6).
    ajv.addFormat('uuid', isUuid);
    ajv.addFormat('date', text => isRealDay(text) && text >= '1850-01-01' && text <= '2150-12-31');
  }
  app.setValidatorCompiler<FastifySchema>(({ schema, httpPart }) =>
    (httpPart === 'body' ? bodyAjv : addressAjv).compile(schema as object),
  );
}

const ID = { type: 'string', pattern: '^[a-z][a-z0-9-]{0,63}$' } as const;
const UUID = { type: 'string', format: 'uuid' } as const;

/** Closed object schema: `object({ id: … }, ['id'])`. */
export const object = (properties: Record<string, object>, required: string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});

export const entityParams = object({ entity: ID }, ['entity']);
export const recordParams = object({ entity: ID, id: UUID }, ['entity', 'id']);
export const noQuery = object({});
