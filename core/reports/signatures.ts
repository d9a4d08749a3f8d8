/** Who signs a paper: the holder of the role's appointment in that organisation on that day. */
import type { Actor } from '../access/actor.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { signatureName } from '../formats/names.ts';
import type { Database } from '../storage/database.ts';
import type { Signature } from './table.ts';

const HOLDER = `select u.person_id as id from appointment a join app_user u on u.id = a.user_id
  where a.organisation_id = $1 and a.role = $2 and u.person_id is not null and u.blocked_at is null
    and a.valid_from <= $3 and (a.valid_to is null or a.valid_to >= $3)
  order by a.valid_from desc, a.id limit 1`;
const NAME = `select last_name, first_name, middle_name from person where id = $1`;

interface NameRow {
  last_name: string;
  first_name: string;
  middle_name: string | null;
}

/** An empty name where nobody holds the role, or the reader may not see who does: it is written in by hand. */
export async function signaturesOf(
  roles: readonly string[],
  organisationId: number,
  context: { database: Database; catalogue: Catalogue; actor: Actor },
): Promise<Signature[]> {
  const { database, catalogue, actor } = context;
  const signatures: Signature[] = [];
  for (const role of roles) {
    const [holder] = await database.system(tx =>
      tx.query<{ id: string }>({ text: HOLDER, values: [organisationId, role, actor.today] }),
    );
    const [person] = holder ? await database.read<NameRow>(actor, { text: NAME, values: [holder.id] }) : [];
    const name = person
      ? signatureName({
          lastName: person.last_name,
          firstName: person.first_name,
          middleName: person.middle_name ?? undefined,
        })
      : '';
    signatures.push({ post: postOf(catalogue.roles.get(role)?.title ?? role), name });
  }
  return signatures;
}

/** «Директор (руководитель)» signs as «Директор». */
const postOf = (title: string) => title.replace(/\s*\(.*$/, '');
