-- What somebody has typed into a card and not saved yet: theirs alone, until it is saved or thrown away. It is kept
-- here because a browser may not keep personal data (AU8), and for a month only.
create table card_draft (
  -- Under which the card was open.
  organisation_id int not null references organisation (id),
  user_id uuid not null references app_user (id) on delete cascade,
  entity text not null,
  record_id uuid not null,
  -- Of the card it was typed over.
  version text not null,
  -- [{path, before, value, caption}]
  edits jsonb not null,
  changed_at timestamptz not null default clock_timestamp(),
  primary key (organisation_id, user_id, entity, record_id)
);
create index card_draft_user on card_draft (user_id, changed_at);

alter table card_draft enable row level security;
create policy scoped on card_draft to kartoteka_scoped using (
  organisation_id = any ((select nullif(current_setting('app.orgs', true), '')::int[])::int[]));
create policy region on card_draft to kartoteka_region using (true);
grant select, insert, update, delete on card_draft to kartoteka_scoped, kartoteka_region;
