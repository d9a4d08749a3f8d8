-- The second factor of a sign-in (ID7): a secret shared with the owner's device, kept encrypted, one use per time step;
-- and codes for the day the device is lost, of which only hashes are kept.
alter table app_user add column second_factor boolean not null default false;
create table second_factor (
  user_id uuid primary key references app_user (id),
  secret bytea not null,
  -- last time step that was used; a code is good once
  last_step bigint not null default 0,
  confirmed_at timestamptz
);
create table recovery_code (
  user_id uuid not null references app_user (id),
  code_hash bytea not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);
grant select, insert, update, delete on second_factor, recovery_code to kartoteka_app;

-- Whoever is remembered without it is found out anew.
create trigger rights_by_second_factor before update of second_factor on app_user for each row
  when (old.second_factor is distinct from new.second_factor)
  execute function rights_changed_by_account();

-- What the owner is told after signing in (ID13): when the last time was, and how often somebody failed since.
alter table user_session add column previous_sign_in_at timestamptz;
alter table user_session add column failed_tries int not null default 0;
-- In the order of the journal, not of clocks.
create index audit_sign_ins on audit (user_id, action, id) where action in ('sign-in', 'sign-in-failed');
