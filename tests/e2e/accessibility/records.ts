/** Cards read and changed past the browser, as somebody else would meanwhile. */
import { BUILT_IN_VIEWS } from '../../../admin-ui/screens/list/list-query.ts';
import type { RecordAnswer } from '../../../core/storage/gateway.types.ts';
import type { Role, World } from './world.ts';

export async function cardOf(role: Role | undefined, id: string): Promise<RecordAnswer> {
  if (!role) throw new Error('nobody is signed in');
  const answer = await role.client.get<RecordAnswer>(`/api/records/student/${id}`);
  if (answer.status !== 200) throw new Error(`card ${id}: ${answer.status} ${answer.text}`);
  return answer.body;
}

export async function patched(role: Role | undefined, card: RecordAnswer, patch: object): Promise<void> {
  if (!role) throw new Error('nobody is signed in');
  const answer = await role.client.patch(`/api/records/student/${card.id}`, patch, card.version);
  if (answer.status !== 200) throw new Error(`saving ${card.id}: ${answer.status} ${answer.text}`);
}

/** A student of whom something is not filled in. */
export async function unfinishedCard(role: Role | undefined): Promise<string> {
  const answer = await role?.client.post<{ items: { id: string }[] }>('/api/records/student/query', {
    limit: 1,
    filter: BUILT_IN_VIEWS.incomplete,
  });
  const id = answer?.body.items?.[0]?.id;
  if (!id) throw new Error(`every card is complete: ${answer?.text}`);
  return id;
}

/** A student of the role's school whose personal file is held without a consent. */
export async function withoutConsent({ server }: World, role: Role | undefined): Promise<string> {
  const [row] = await server.db.owner<{ id: string }>(
    `select s.id from student s join appointment a on a.organisation_id = s.organisation_id
     where a.id = $1 and s.status = 'active' and not s.consents ? 'education-process' order by s.id limit 1`,
    [role?.appointment],
  );
  if (!row) throw new Error('everybody has consented');
  return row.id;
}
