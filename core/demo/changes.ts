/** History of demo cards: the last saves of people with sign-ins. */
import type { Catalogue } from '../catalogue/types.ts';
import type { Tx } from '../storage/database.ts';
import type { DemoChange } from './context.ts';

export async function saveChanges(
  tx: Tx,
  catalogue: Catalogue,
  changes: readonly DemoChange[],
): Promise<void> {
  const rows = changes
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ entity, record, by, at, fields }) => ({
      at,
      organisation_id: record.organisationId ?? null,
      entity,
      record_id: record.id,
      fields,
      login: by,
    }));
  await tx.query({
    text: `insert into change (at, organisation_id, entity, record_id, version, action, fields, user_id, user_name, role)
      select c.at, c.organisation_id, c.entity, c.record_id,
        1 + row_number() over (partition by c.record_id order by c.at), 'update', c.fields, u.id,
        user_short_name(u.person_id), (select a.role from appointment a where a.user_id = u.id order by a.id limit 1)
      from jsonb_to_recordset($1::jsonb) as c (at timestamptz, organisation_id int, entity text, record_id uuid,
        fields jsonb, login text)
      join app_user u on u.login = c.login
      order by c.at`,
    values: [JSON.stringify(rows)],
  });
  for (const entity of new Set(rows.map(row => row.entity)))
    await tx.query({
      text: `update "${catalogue.entities.get(entity)?.table}" t set version = c.version, updated_at = c.at
        from (select record_id, max(version) as version, max(at) as at from change where entity = $1 group by record_id) c
        where t.id = c.record_id`,
      values: [entity],
    });
}
