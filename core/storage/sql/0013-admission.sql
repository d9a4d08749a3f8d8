-- A server remembers who a session and an appointment are, and says so together with the first statement of each
-- request; here it is checked, in the same message train, that this still holds (ID5). One number per user changes
-- with everything that may alter the answer: the account, its appointments, the name of its person. Organisations
-- and what is switched on where have a number of their own (0008).
alter table app_user add column rights_version bigint not null default 1;

create function rights_changed_by_account() returns trigger
  language plpgsql as $$
begin
  new.rights_version := old.rights_version + 1;
  return new;
end $$;
create trigger rights_changed before update on app_user for each row
  when ((old.login, old.password_hash, old.must_change_password) is distinct from
        (new.login, new.password_hash, new.must_change_password)
     or old.person_id is distinct from new.person_id or old.blocked_at is distinct from new.blocked_at)
  execute function rights_changed_by_account();

create function rights_changed_by_appointment() returns trigger
  language plpgsql security definer set search_path = public as $$
begin
  update app_user set rights_version = rights_version + 1
    where id in (select user_id from changed);
  return null;
end $$;
revoke execute on function rights_changed_by_appointment() from public;
create trigger rights_given after insert on appointment
  referencing new table as changed for each statement execute function rights_changed_by_appointment();
create trigger rights_taken after delete on appointment
  referencing old table as changed for each statement execute function rights_changed_by_appointment();
create trigger rights_moved_from after update on appointment
  referencing old table as changed for each statement execute function rights_changed_by_appointment();
create trigger rights_moved_to after update on appointment
  referencing new table as changed for each statement execute function rights_changed_by_appointment();

create function rights_changed_by_name() returns trigger
  language plpgsql security definer set search_path = public as $$
begin
  update app_user set rights_version = rights_version + 1 where person_id = new.id;
  return null;
end $$;
revoke execute on function rights_changed_by_name() from public;
create trigger rights_renamed after update of last_name, first_name, middle_name on person for each row
  when ((old.last_name, old.first_name, old.middle_name) is distinct from
        (new.last_name, new.first_name, new.middle_name))
  execute function rights_changed_by_name();

-- Fails, and with it everything that travels behind it, unless the session lives, its user is not blocked and both
-- numbers are those that the server remembers.
create function admit(token bytea, rights bigint, directory bigint, seen_since timestamptz, begun_since timestamptz)
  returns boolean language plpgsql stable security definer set search_path = public as $$
begin
  if not exists (
    select 1 from user_session s join app_user u on u.id = s.user_id
    where s.token_hash = token and s.last_seen_at > seen_since and s.created_at > begun_since
      and u.blocked_at is null and u.rights_version = rights
      and exists (select 1 from directory_version d where d.version = directory))
  then
    raise exception 'the actor is no longer who the server remembers' using errcode = 'KA001';
  end if;
  return true;
end $$;
revoke execute on function admit(bytea, bigint, bigint, timestamptz, timestamptz) from public;
grant execute on function admit(bytea, bigint, bigint, timestamptz, timestamptz) to kartoteka_app;
