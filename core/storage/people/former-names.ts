/** Names that a person bore before, with the day until which, and the paper of the change. */
import type { Tx } from '../database.ts';

export interface FormerName {
  lastName: string;
  firstName: string;
  middleName?: string;
  /** ISO day, the last one; absent for the other spelling of an entry that was joined to this one. */
  until?: string;
  document?: string;
}

interface NameRow {
  last_name: string;
  first_name: string;
  middle_name: string | null;
  valid_to: string | null;
  document: string | null;
}

/** @param readable  paths of the card that the reader may see: whoever sees no name sees no former one */
export async function formerNames(
  tx: Tx,
  personId: string,
  readable: ReadonlySet<string>,
): Promise<FormerName[]> {
  const names = ['person.lastName', 'person.firstName', 'person.middleName'];
  if (!names.every(path => readable.has(path))) return [];
  const rows = await tx.query<NameRow>({
    text: `select last_name, first_name, middle_name, valid_to, document from names_before($1)`,
    values: [personId],
  });
  return rows.map(row => ({
    lastName: row.last_name,
    firstName: row.first_name,
    ...(row.middle_name ? { middleName: row.middle_name } : {}),
    ...(row.valid_to ? { until: row.valid_to } : {}),
    ...(row.document ? { document: row.document } : {}),
  }));
}
