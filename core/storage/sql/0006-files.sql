-- Files of cards. The bytes stand in the data folder under their SHA-256; here stands whose they are. Like every
-- table of cards, rows are seen in the organisations of the transaction only.

create table file (
  organisation_id int not null references organisation (id),
  id uuid not null,
  entity text not null,
  record_id uuid not null,
  name text not null,
  -- Found in the content, never taken from the sender.
  kind text not null,
  size int not null check (size > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  user_id uuid,
  user_name text not null,
  created_at timestamptz not null default now(),
  -- Hidden, with its card or alone. The row stays: it says what was there, and by whom.
  deleted_at timestamptz,
  primary key (organisation_id, id)
);
create unique index file_same on file (organisation_id, entity, record_id, sha256, name) where deleted_at is null;

alter table file enable row level security;
create policy scoped on file to kartoteka_scoped
  using (organisation_id = any ((select nullif(current_setting('app.orgs', true), '')::int[])::int[]));
create policy region on file to kartoteka_region using (true);

grant select, insert on file to kartoteka_scoped, kartoteka_region;
grant update (deleted_at) on file to kartoteka_scoped, kartoteka_region;
