/** What somebody has typed and not saved: kept where the card is open, told again of the fields that may be read. */
import type { Row } from '../world.ts';
import { type Asking, fieldsOf, mark, NOBODY, oracleOf, refusalOf } from './asking.ts';
import { codeOf } from './probe.ts';
import type { Place } from './region.ts';

export async function drafts(asking: Asking, place: Place, row: Row | undefined): Promise<void> {
  const { who, entity, tally } = asking;
  const base = '/api/records/:entity/:id/draft';
  const url = `/api/records/${entity.id}/${row?.id ?? NOBODY}/draft`;
  const refusal = refusalOf(asking, row);
  const fields = fieldsOf(entity).filter(field => field.kind !== 'rows');
  const body = { version: '1', edits: fields.map(({ path }) => ({ path, value: 'Проба' })) };
  const at = mark(asking, `PUT ${base}`, place);
  tally.check(at, codeOf(await who.client.put(url, body)), refusal ?? '204');
  const got = await who.client.get<{ draft?: { edits: { path: string }[] } }>(url);
  const told = mark(asking, `GET ${base}`, place);
  tally.check(told, codeOf(got), refusal ?? '200');
  if (!refusal && row) {
    const readable = fields.filter(({ path }) => oracleOf(asking).mayRead(entity.id, row, path));
    tally.check(
      told,
      got.body.draft?.edits.map(edit => edit.path).sort(),
      readable.map(({ path }) => path).sort(),
    );
  }
  // Throwing away what one has typed asks for no right on the card.
  const dropped = await who.client.delete(url);
  tally.check(
    mark(asking, `DELETE ${base}`, place),
    codeOf(dropped),
    entity.builtin && row ? '400 QUERY_INVALID' : '204',
  );
}
