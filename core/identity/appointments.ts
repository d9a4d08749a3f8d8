/** Appointments: a role in an organisation by an order, between two days (S001-П2-3.3, S003-8.1). */
import type { Actor } from '../access/actor.ts';
import type { Tx } from '../storage/database.ts';

export interface HeldAppointment {
  id: string;
  role: string;
  organisation: {
    id: number;
    name: string;
    fullName: string;
    level: Actor['level'];
    municipality?: string;
  };
  orderNumber?: string;
  orderDate?: string;
}

interface Row {
  id: string;
  role: string;
  order_number: string | null;
  order_date: string | null;
  organisation_id: number;
  name: string;
  full_name: string;
  level: Actor['level'];
  municipality: string | null;
}

/** Those valid on the day, in a stable order. */
export async function listAppointments(tx: Tx, userId: string, onDay: string): Promise<HeldAppointment[]> {
  const rows = await tx.query<Row>({
    text: `select a.id, a.role, a.order_number, a.order_date, o.id as organisation_id, o.name, o.full_name, o.level,
        case when p.level = 'municipality' then p.name end as municipality
      from appointment a
      join organisation o on o.id = a.organisation_id
      left join organisation p on p.id = o.parent_id
      where a.user_id = $1 and a.valid_from <= $2::date and (a.valid_to is null or a.valid_to >= $2::date)
      order by a.valid_from, a.id`,
    values: [userId, onDay],
  });
  return rows.map(row => ({
    id: row.id,
    role: row.role,
    organisation: {
      id: row.organisation_id,
      name: row.name,
      fullName: row.full_name,
      level: row.level,
      ...(row.municipality ? { municipality: row.municipality } : {}),
    },
    ...(row.order_number ? { orderNumber: row.order_number } : {}),
    ...(row.order_date ? { orderDate: row.order_date } : {}),
  }));
}
