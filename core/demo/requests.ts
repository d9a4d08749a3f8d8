/** Proposals of people with sign-ins to change demo cards: some wait, some are decided. */
import type { Tx } from '../storage/database.ts';
import type { DemoRequest } from './context.ts';
import type { IdMaker } from './random.ts';

export async function saveRequests(tx: Tx, requests: readonly DemoRequest[], ids: IdMaker): Promise<void> {
  const rows = requests
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ entity, record, by, at, patch, before, reason, refused }) => ({
      id: ids.next(),
      organisation_id: record.organisationId,
      entity,
      record_id: record.id,
      person_id: record.person?.id ?? null,
      patch,
      before,
      paths: Object.keys(patch),
      reason: reason ?? null,
      at,
      login: by,
      decider: refused?.by ?? null,
      comment: refused?.comment ?? null,
    }));
  await tx.query({
    text: `insert into change_request (organisation_id, id, kind, entity, record_id, person_id, patch, before, paths, reason,
        state, created_at, user_id, user_name, role, decided_at, decider_id, decider_name, comment)
      select r.organisation_id, r.id, 'card', r.entity, r.record_id, r.person_id, r.patch, r.before,
        array(select jsonb_array_elements_text(r.paths)), r.reason,
        case when d.id is null then 'open' else 'refused' end, r.at, u.id, user_short_name(u.person_id),
        (select a.role from appointment a where a.user_id = u.id order by a.id limit 1),
        case when d.id is not null then r.at + interval '1 day' end, d.id, user_short_name(d.person_id), r.comment
      from jsonb_to_recordset($1::jsonb) as r (organisation_id int, id uuid, entity text, record_id uuid, person_id uuid,
        patch jsonb, before jsonb, paths jsonb, reason text, at timestamptz, login text, decider text, comment text)
      join app_user u on u.login = r.login left join app_user d on d.login = r.decider`,
    values: [JSON.stringify(rows)],
  });
}
