/** Proposing a change of a card: of each class a field that may be proposed, one that may only be read, a closed one. */
import type { Field } from '../../../core/catalogue/types.ts';
import type { Row } from '../world.ts';
import { type Asking, mark, NOBODY, oracleOf, refusalOf, writes } from './asking.ts';
import { codeOf } from './probe.ts';
import type { Place } from './region.ts';
import { another, nested, triedFields } from './writing.ts';

export async function propose(asking: Asking, place: Place, row: Row | undefined): Promise<void> {
  const { who, entity, tally } = asking;
  const where = mark(asking, 'POST /api/records/:entity/:id/requests', place);
  const url = `/api/records/${entity.id}/${row?.id ?? NOBODY}/requests`;
  const refusal = refusalOf(asking, row);
  for (const field of triedFields(asking, 'request').slice(0, refusal ? 1 : undefined)) {
    const patch = nested(field.path, another(asking, field, row));
    const got = await who.client.post<{ id: string }>(url, { patch });
    const at = `${where} | ${field.class} ${field.path}`;
    if (refusal || !row) tally.check(at, codeOf(got), refusal);
    else tally.checkOneOf(at, codeOf(got), expectedOf(asking, field, row));
    if (got.status === 201) {
      const back = await who.client.post(`/api/requests/${got.body.id}/withdraw`, {});
      tally.check(`${at} withdrawn`, back.status, 204);
    }
  }
}

function expectedOf(asking: Asking, field: Field, row: Row): string[] {
  const { entity } = asking;
  // Cards of the whole region are nobody's to report about.
  if (entity.scope === 'region') return ['403 FORBIDDEN'];
  if (!oracleOf(asking).mayRead(entity.id, row, field.path)) return ['400 FIELD_UNKNOWN'];
  if (!field.computed && writes(asking, field, 'update', row))
    return field.owner === 'person'
      ? ['201', '409 REQUEST_NEEDLESS', '422 INVALID']
      : ['409 REQUEST_NEEDLESS', '422 INVALID'];
  if (field.computed || !writes(asking, field, 'request', row)) return ['422 INVALID'];
  return ['201', '422 INVALID'];
}
