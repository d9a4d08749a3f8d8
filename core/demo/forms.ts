/** Forms that levels of the demo region have published: versions as the constructor writes them. */
import type { Tx } from '../storage/database.ts';
import type { DemoPublication } from './context.ts';

export async function saveForms(tx: Tx, forms: readonly DemoPublication[]): Promise<void> {
  const versions = forms.map(({ layer, note, by, at }) => ({
    id: layer.id,
    organisation_id: layer.organisationId,
    subject: layer.subject,
    definition: layer.definition,
    note,
    login: by,
    at,
  }));
  await tx.query({
    text: `insert into form_version
        (id, organisation_id, kind, subject, number, definition, note, user_id, user_name, role, published_at)
      select v.id, v.organisation_id, 'form', v.subject, 1, v.definition, v.note, u.id,
        user_short_name(u.person_id), (select a.role from appointment a where a.user_id = u.id order by a.id limit 1), v.at
      from jsonb_to_recordset($1::jsonb) as v (id uuid, organisation_id int, subject text, definition jsonb, note text,
        login text, at timestamptz)
      join app_user u on u.login = v.login`,
    values: [JSON.stringify(versions)],
  });
  const fields = forms.flatMap(({ layer }) =>
    layer.definition.fields.map(({ id, kind }) => ({
      id,
      organisation_id: layer.organisationId,
      entity: layer.subject,
      kind,
    })),
  );
  await tx.query({
    text: `insert into custom_field (id, organisation_id, entity, kind)
      select * from jsonb_to_recordset($1::jsonb) as f (id text, organisation_id int, entity text, kind text)`,
    values: [JSON.stringify(fields)],
  });
}
