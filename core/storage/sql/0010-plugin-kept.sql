-- The files of each plugin as they last served: while a new version cannot be taken in, its predecessor serves on.
-- Read and written by the owner of the database alone.
create table plugin_kept (
  plugin text primary key,
  version text not null,
  hash text not null,
  -- {"schemas/student.schema.json": "…"}
  files jsonb not null,
  kept_at timestamptz not null default now()
);
