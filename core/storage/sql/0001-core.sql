-- What the core itself stores. Tables of plugins are made by the planner from their schemas.
-- Runs as the owner of the database, in one transaction, under an advisory lock.

create collation if not exists ru_app (provider = icu, locale = 'ru-RU');

-- Search folds ё/е and case. NFC on both sides is ensured at input.
create function fold(value text) returns text
  language sql immutable strict parallel safe
  return replace(lower(value), 'ё', 'е');

-- Organisations and authorities, one tree: region -> municipality -> organisation.
create table organisation (
  id int generated always as identity primary key,
  parent_id int references organisation (id),
  level text not null check (level in ('region', 'municipality', 'organisation')),
  name text not null,
  full_name text not null,
  closed_on date,
  successor_id int references organisation (id),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index organisation_parent on organisation (parent_id, id);

create table organisation_name (
  organisation_id int not null references organisation (id),
  valid_from date not null,
  valid_to date,
  name text not null,
  full_name text not null,
  primary key (organisation_id, valid_from)
);

-- An organisation may have several types at once (a school with preschool groups).
create table organisation_type (
  organisation_id int not null references organisation (id),
  type text not null,
  primary key (organisation_id, type)
);

-- Identity only; documents, contacts and addresses stand on the facets (S001-5.3).
create table person (
  id uuid primary key,
  last_name text collate ru_app not null,
  first_name text collate ru_app not null,
  middle_name text collate ru_app,
  birth_date date,
  sex text check (sex in ('m', 'f')),
  snils text unique check (snils ~ '^[0-9]{11}$'),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  search text generated always as (
    replace(lower(last_name || ' ' || first_name || coalesce(' ' || middle_name, '')), 'ё', 'е')) stored
);
create index person_name_order on person (last_name, first_name, id);
create index person_same on person (search, birth_date);

create table person_name (
  person_id uuid not null references person (id),
  valid_to date not null,
  last_name text not null,
  first_name text not null,
  middle_name text,
  primary key (person_id, valid_to)
);

-- Which organisation knows which person, and through which record. The facet is inserted before its person:
-- a person not yet faceted is invisible, even to the statement that inserts it.
create table facet (
  organisation_id int not null references organisation (id),
  entity text not null,
  record_id uuid not null,
  person_id uuid not null references person (id) deferrable initially deferred,
  primary key (organisation_id, entity, record_id)
);
create index facet_person on facet (person_id, organisation_id);

create table app_user (
  id uuid primary key,
  login text not null unique,
  password_hash text not null,
  person_id uuid references person (id),
  must_change_password boolean not null default false,
  blocked_at timestamptz,
  -- bumped in the transaction of every change of password, block or rights, so that caches of sessions agree
  version int not null default 1,
  created_at timestamptz not null default now()
);

-- A role in an organisation by an order (S001-П2-3.3, S003-8.1).
create table appointment (
  id uuid primary key,
  user_id uuid not null references app_user (id),
  role text not null,
  organisation_id int not null references organisation (id),
  order_number text,
  order_date date,
  valid_from date not null,
  valid_to date
);
create index appointment_user on appointment (user_id, valid_from);
create index appointment_organisation on appointment (organisation_id, role);

create table user_session (
  token_hash bytea primary key,
  user_id uuid not null references app_user (id),
  csrf text not null,
  appointment_id uuid references appointment (id),
  address text not null,
  agent text not null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now()
);
create index user_session_user on user_session (user_id);

create table sign_in_failure (
  key text not null,
  at timestamptz not null default now()
);
create index sign_in_failure_key on sign_in_failure (key, at);

-- Installed is not enabled: a module is on for a type of organisations or for a subtree, between two days.
create table enablement (
  id int generated always as identity primary key,
  plugin text not null,
  organisation_type text,
  organisation_id int references organisation (id),
  valid_from date not null default '1900-01-01',
  valid_to date,
  check (organisation_type is not null or organisation_id is not null)
);

create table dictionary (
  id text primary key,
  title text not null,
  source text not null,
  plugin text not null
);
create table dictionary_item (
  dictionary text not null references dictionary (id),
  code text not null,
  ru text not null,
  en text not null,
  extra jsonb not null default '{}',
  position int not null,
  retired_on date,
  primary key (dictionary, code)
);

-- History of every card: one row per save, only ever inserted. Person changes have no organisation.
create table change (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  organisation_id int,
  entity text not null,
  record_id uuid not null,
  version int not null,
  action text not null check (action in ('create', 'update', 'delete', 'derive')),
  -- {"residence.city": {"from": "…", "to": "…"}}
  fields jsonb not null,
  user_id uuid,
  user_name text not null,
  role text,
  reason text
);
create index change_record on change (record_id, id);
create index change_organisation on change (organisation_id, id);

create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  user_id uuid,
  user_name text,
  appointment_id uuid,
  role text,
  organisation_id int,
  address text,
  action text not null,
  entity text,
  record_id uuid,
  -- number of records concerned, for lists, exports and prints
  records int,
  result text not null default 'ok',
  details jsonb not null default '{}'
);
create index audit_organisation on audit (organisation_id, id);
create index audit_record on audit (record_id, id);

create table idempotency_key (
  user_id uuid not null,
  key text not null,
  body_hash text not null,
  status int not null,
  body jsonb not null,
  etag text,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);

-- What the planner has applied: the description of each plugin's tables and the hash of each migration.
create table plugin_state (
  plugin text primary key,
  version text not null,
  tables jsonb not null,
  applied_at timestamptz not null default now()
);
create table migration (
  plugin text not null,
  name text not null,
  hash text not null,
  applied_at timestamptz not null default now(),
  primary key (plugin, name)
);

-- The seat belt under the gateway. `kartoteka_scoped` sees the organisations of `app.orgs` and nothing when the
-- setting is forgotten; `kartoteka_region` sees all. The login role inherits neither: it switches per transaction.
alter table facet enable row level security;
create policy scoped on facet to kartoteka_scoped
  using (organisation_id = any ((select nullif(current_setting('app.orgs', true), '')::int[])::int[]));
create policy region on facet to kartoteka_region using (true);

alter table person enable row level security;
create policy scoped_read on person for select to kartoteka_scoped
  using (exists (select 1 from facet f where f.person_id = person.id));
create policy scoped_insert on person for insert to kartoteka_scoped with check (true);
create policy scoped_update on person for update to kartoteka_scoped
  using (exists (select 1 from facet f where f.person_id = person.id));
create policy region on person to kartoteka_region using (true);

alter table person_name enable row level security;
create policy scoped on person_name to kartoteka_scoped
  using (exists (select 1 from facet f where f.person_id = person_name.person_id)) with check (true);
create policy region on person_name to kartoteka_region using (true);

alter table change enable row level security;
create policy scoped_read on change for select to kartoteka_scoped using (
  organisation_id = any ((select nullif(current_setting('app.orgs', true), '')::int[])::int[])
  or (organisation_id is null and exists (select 1 from facet f where f.person_id = change.record_id)));
create policy scoped_insert on change for insert to kartoteka_scoped with check (true);
create policy region on change to kartoteka_region using (true);

grant select, insert, update, delete on facet, person, person_name to kartoteka_scoped, kartoteka_region;
grant select, insert on change to kartoteka_scoped, kartoteka_region;
grant insert on audit to kartoteka_scoped, kartoteka_region;
grant select on organisation, organisation_name, organisation_type, dictionary, dictionary_item, enablement
  to kartoteka_scoped, kartoteka_region;
grant select, insert, delete on idempotency_key to kartoteka_scoped, kartoteka_region;

-- Identity and administration belong to the login role itself: reports and forms never run as it.
grant select, insert, update, delete on app_user, appointment, user_session, sign_in_failure to kartoteka_app;
grant select, insert, update on organisation, organisation_name, enablement to kartoteka_app;
grant select, insert, delete on organisation_type to kartoteka_app;
grant select, insert, update on dictionary, dictionary_item to kartoteka_app;
grant select on plugin_state, migration to kartoteka_app;
grant select, insert on audit to kartoteka_app;

-- Looking for a person across the region before adding one (S003-6.2.3): search scope is wider than capture
-- scope, and shows few fields. The only way past the policies of `person`.
create function search_people(folded_name text, born date, number text, most int)
  returns table (id uuid, last_name text, first_name text, middle_name text, birth_date date, sex text,
                 organisation_id int, entity text, record_id uuid)
  language sql stable security definer set search_path = public as $$
    select p.id, p.last_name, p.first_name, p.middle_name, p.birth_date, p.sex, f.organisation_id, f.entity, f.record_id
    from (
      select * from person
      where (number is not null and snils = number)
         or (number is null and folded_name is not null and search like folded_name || '%'
             and (born is null or birth_date = born))
      order by last_name, first_name, id limit most) p
    left join facet f on f.person_id = p.id
$$;

-- Whose session it is: the login role reaches no person, only the short name («Иванова М. П.») of a user's own.
create function user_short_name(of_person uuid) returns text
  language sql stable security definer set search_path = public as $$
    select last_name || ' ' || left(first_name, 1) || '.' || coalesce(' ' || left(nullif(middle_name, ''), 1) || '.', '')
    from person where id = of_person
$$;
revoke execute on function user_short_name(uuid) from public;
grant execute on function user_short_name(uuid) to kartoteka_app;

-- People named by id when a card is tied to them or their identity is changed: who they are, and who knows them.
-- A person whom the transaction's organisations do not know is found too, as search_people finds them.
create function people_of(ids uuid[])
  returns table (id uuid, version int, last_name text, first_name text, middle_name text, birth_date date, sex text,
                 snils text, organisation_id int, entity text, record_id uuid)
  language sql stable security definer set search_path = public as $$
    select p.id, p.version, p.last_name, p.first_name, p.middle_name, p.birth_date, p.sex, p.snils,
           f.organisation_id, f.entity, f.record_id
    from person p left join facet f on f.person_id = p.id
    where p.id = any (ids)
$$;
revoke execute on function people_of(uuid[]) from public;
grant execute on function people_of(uuid[]) to kartoteka_scoped, kartoteka_region;
