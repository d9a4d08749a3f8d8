-- One number that changes with organisations, their types and what is switched on where. A server remembers what it
-- has found out about an organisation together with this number, which every request reads again: nothing that has
-- been taken back is acted upon once the taking back is committed (ID5).
create table directory_version (
  single boolean primary key default true check (single),
  version bigint not null default 1
);
insert into directory_version default values;
grant select on directory_version to kartoteka_app;

create function directory_changed() returns trigger
  language plpgsql security definer set search_path = public as $$
begin
  update directory_version set version = version + 1;
  return null;
end $$;
revoke execute on function directory_changed() from public;

create trigger directory_changed after insert or update or delete or truncate on organisation
  for each statement execute function directory_changed();
create trigger directory_changed after insert or update or delete or truncate on organisation_type
  for each statement execute function directory_changed();
create trigger directory_changed after insert or update or delete or truncate on enablement
  for each statement execute function directory_changed();
