-- Closed batches of the audit, chained by hash (AU2). The hash is keyed with a secret that the database does not
-- have, so that whoever rules the database cannot make a new chain over an edited journal.

create table audit_seal (
  number int primary key check (number > 0),
  first_id bigint not null,
  last_id bigint not null,
  count int not null check (count > 0),
  -- For each sealed record, in the order of ids: id (8 bytes) and SHA-256 of its content (32 bytes).
  -- Ids that a rolled back transaction took are in no record and in no seal.
  records bytea not null check (length(records) = count * 40),
  previous_hash bytea not null,
  hash bytea not null,
  sealed_at timestamptz not null,
  check (first_id <= last_id)
);

grant select, insert on audit_seal to kartoteka_app;
