/** Cards read and changed past the browser, as somebody else would meanwhile. */
import { BUILT_IN_VIEWS } from '../../../admin-ui/screens/list/list-query.ts';
import type { RecordAnswer } from '../../../core/storage/gateway.types.ts';
import type { Role } from './world.ts';

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
