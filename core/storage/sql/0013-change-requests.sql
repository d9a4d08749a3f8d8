-- Proposals to change a card or a person, and who is asked to agree (S004-4.5, S001-5.3).
--
-- `card`: somebody who may read a card and not write it reports a change; whoever may write it decides.
-- `person`: identity that other organisations know too; each of them has a voice.
-- `merge`: two entries of one person, of whom other organisations know one; each of them has a voice.
create table change_request (
  -- Where the card stands.
  organisation_id int not null references organisation (id),
  id uuid not null,
  kind text not null check (kind in ('card', 'person', 'merge')),
  entity text not null,
  record_id uuid not null,
  person_id uuid references person (id),
  -- Path -> value, as they are to be and as they were when it was proposed.
  patch jsonb not null,
  before jsonb not null,
  paths text[] not null,
  reason text,
  state text not null default 'open' check (state in ('open', 'approved', 'refused', 'withdrawn')),
  created_at timestamptz not null default clock_timestamp(),
  user_id uuid not null,
  user_name text not null,
  role text,
  -- Who passed a proposal about a shared person on to the other organisations.
  forwarded_by uuid,
  decided_at timestamptz,
  decider_id uuid,
  decider_name text,
  comment text,
  -- Of the paths, those whose value the decider left as it was.
  kept text[] not null default '{}',
  primary key (organisation_id, id)
);
create index change_request_open on change_request (organisation_id, entity, id) where state = 'open';
create index change_request_record on change_request (organisation_id, record_id, id);
create index change_request_user on change_request (user_id, id);
create index change_request_id on change_request (id);

create table change_request_voice (
  -- Who is asked.
  organisation_id int not null references organisation (id),
  request_id uuid not null,
  asking_organisation_id int not null references organisation (id),
  state text not null default 'open' check (state in ('open', 'approved', 'refused')),
  decided_at timestamptz,
  user_id uuid,
  user_name text,
  comment text,
  primary key (organisation_id, request_id)
);
create index change_request_voice_request on change_request_voice (request_id);

alter table change_request_voice enable row level security;
create policy scoped on change_request_voice to kartoteka_scoped using (
  organisation_id = any ((select nullif(current_setting('app.orgs', true), '')::int[])::int[])
  or asking_organisation_id = any ((select nullif(current_setting('app.orgs', true), '')::int[])::int[]));
create policy region on change_request_voice to kartoteka_region using (true);

alter table change_request enable row level security;
create policy scoped on change_request to kartoteka_scoped using (
  organisation_id = any ((select nullif(current_setting('app.orgs', true), '')::int[])::int[])
  or exists (select 1 from change_request_voice v where v.request_id = change_request.id));
create policy region on change_request to kartoteka_region using (true);

grant select, insert on change_request, change_request_voice to kartoteka_scoped, kartoteka_region;
grant update (state, decided_at, decider_id, decider_name, comment, kept, person_id) on change_request
  to kartoteka_scoped, kartoteka_region;
grant update (state, decided_at, user_id, user_name, comment) on change_request_voice
  to kartoteka_scoped, kartoteka_region;

-- How many organisations are still asked; an organisation that is asked sees the voices of no other one.
create function open_voices(of_request uuid) returns int
  language sql stable security definer set search_path = public as $$
    select count(*)::int from change_request_voice where request_id = of_request and state = 'open'
$$;
revoke execute on function open_voices(uuid) from public;
grant execute on function open_voices(uuid) to kartoteka_scoped, kartoteka_region;
