-- What the levels of management lay over the installed cards and dictionaries (core/forms). Values of custom fields
-- stand in the column `ext` of the cards' own tables; here stand the definitions.

-- What a custom field is and whose: never changed, never deleted, so that no value is ever read as another kind.
create table custom_field (
  id text primary key check (id ~ '^cf_[a-z0-9]{10}$'),
  organisation_id int not null references organisation (id),
  entity text not null,
  kind text not null,
  created_at timestamptz not null default now(),
  created_by uuid
);
grant select, insert on custom_field to kartoteka_app;

-- What a level is working on; only the level itself sees it. One for each kind of card.
create table form_draft (
  organisation_id int not null references organisation (id),
  entity text not null,
  version int not null default 1,
  definition jsonb not null,
  changed_by text not null,
  changed_at timestamptz not null default now(),
  primary key (organisation_id, entity)
);
grant select, insert, update on form_draft to kartoteka_app;

-- What a level has published of one kind of card or one dictionary. Append-only: the last number is in force.
create table form_version (
  id uuid primary key,
  organisation_id int not null references organisation (id),
  kind text not null check (kind in ('form', 'dictionary')),
  subject text not null,
  number int not null check (number > 0),
  definition jsonb not null,
  note text not null,
  -- Number of the version that it was made from, when an older one was returned to.
  restored int,
  user_id uuid,
  user_name text not null,
  role text,
  published_at timestamptz not null default now(),
  unique (organisation_id, kind, subject, number)
);
grant select, insert on form_version to kartoteka_app;

-- What follows from an organisation is found out anew when it, or one above it, publishes.
create trigger directory_changed after insert or update or delete or truncate on form_version
  for each statement execute function directory_changed();
