/**
 * The yardstick: what somebody would write for these five pages and nothing else. No rights, no history, no checks;
 * one named prepared statement per action and one audit row per changed row, in the same statement.
 */
import { randomUUIDv7 } from 'node:crypto';
import fastify from 'fastify';
import pg from 'pg';

pg.types.setTypeParser(1082, text => text);
const pool = new pg.Pool({ connectionString: process.env.BENCH_OWNER_URL, max: 10 });
const run = async (name: string, text: string, values: unknown[]) =>
  (await pool.query({ name, text, values })).rows;
const AUDIT = `insert into audit (user_name, organisation_id, action, entity, record_id, records)`;

const app = fastify();

const CARD = `select s.*, p.last_name, p.first_name, p.middle_name, p.birth_date, p.sex, p.snils, c.name as group_name,
  (select json_agg(json_build_object('kinship', l.kinship, 'guardian', to_json(g), 'person', to_json(gp)))
   from guardianship l join guardian g on g.organisation_id = l.organisation_id and g.id = l.guardian_id
   join person gp on gp.id = g.person_id where l.organisation_id = s.organisation_id and l.student_id = s.id) as guardians
  from student s join person p on p.id = s.person_id
  left join study_group c on c.organisation_id = s.organisation_id and c.id = s.current_group_id
  where s.organisation_id = $1 and s.id = $2`;
app.get<{ Params: { o: string; id: string } }>('/card/:o/:id', async ({ params }) => {
  return (await run('card', CARD, [params.o, params.id]))[0];
});

const LIST = `select s.id, p.last_name, p.first_name, p.middle_name, p.birth_date, c.id as group_id, c.name as group_name,
  s.status, s.personal_file_number, s.home_phone,
  (select count(*)::int from student s join person p on p.id = s.person_id
   where s.organisation_id = $1 and s.status = $2 and p.birth_date >= $3) as total
  from student s join person p on p.id = s.person_id
  left join study_group c on c.organisation_id = s.organisation_id and c.id = s.current_group_id
  where s.organisation_id = $1 and s.status = $2 and p.birth_date >= $3
  order by p.last_name, p.first_name, p.middle_name, s.id limit 50`;
type ListPage = { Params: { o: string }; Querystring: { status: string; from: string } };
app.get<ListPage>('/list/:o', async ({ params, query }) => {
  const items = await run('list', LIST, [params.o, query.status, query.from]);
  return { items, total: items[0]?.total ?? 0 };
});

const CREATE = `with f as (insert into facet (organisation_id, entity, record_id, person_id) values ($1, 'student', $2, $3)),
  p as (insert into person (id, last_name, first_name, middle_name, birth_date, sex, snils)
    values ($3, $4, $5, $6, $7, $8, $9)),
  a as (${AUDIT} values ('raw', $1, 'create', 'student', $2, 1))
  insert into student (organisation_id, id, person_id, shift, personal_file_number, document_type, document_series,
    document_number, document_issued_on, document_issued_by, residence_postcode, residence_region, residence_municipality,
    residence_city, residence_street, residence_house, residence_flat, registration_postcode, registration_region,
    registration_municipality, registration_city, registration_street, registration_house, registration_flat)
  values ($1, $2, $3, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)
  returning *`;
app.post<{ Params: { o: string }; Body: { values: unknown[] } }>(
  '/card/:o',
  async ({ params, body }, reply) => {
    const values = [params.o, randomUUIDv7(), randomUUIDv7(), ...body.values];
    return reply.code(201).send((await run('create', CREATE, values))[0]);
  },
);

const PATCH = `with a as (${AUDIT} values ('raw', $1, 'update', 'student', $2, 1))
  update student set residence_house = $3, version = version + 1, updated_at = now()
  where organisation_id = $1 and id = $2 returning *`;
app.patch<{ Params: { o: string; id: string }; Body: { house: string } }>('/card/:o/:id', async request => {
  const { o, id } = request.params;
  return (await run('patch', PATCH, [o, id, request.body.house]))[0];
});

const EXPORT = `select p.last_name, p.first_name, p.middle_name, p.birth_date, c.name as group_name, d.ru as status,
  s.personal_file_number, s.home_phone from student s join person p on p.id = s.person_id
  left join dictionary_item d on d.dictionary = 'student-statuses' and d.code = s.status
  left join study_group c on c.organisation_id = s.organisation_id and c.id = s.current_group_id
  where s.organisation_id = $1 order by p.last_name, p.first_name, p.middle_name, s.id`;
const cell = (value: unknown) => `"${String(value ?? '').replaceAll('"', '""')}"`;
app.get<{ Params: { o: string } }>('/export/:o', async ({ params }, reply) => {
  const rows = await run('export', EXPORT, [params.o]);
  return reply
    .type('text/csv; charset=utf-8')
    .send(rows.map(row => `${Object.values(row).map(cell).join(';')}\r\n`).join(''));
});

process.send?.({ url: await app.listen({ host: '127.0.0.1', port: 0 }) });
