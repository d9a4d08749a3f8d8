-- Names of those who have an account, for the people who appoint them: the login role reaches no person otherwise.
-- Nothing else of a person stands here. A view reads with the rights of its owner, past the policies of `person`.
create view account_name as
  select u.id as user_id, p.last_name, p.first_name, p.middle_name,
    coalesce(p.last_name, u.login) collate ru_app as sort_last, coalesce(p.first_name, '') collate ru_app as sort_first,
    coalesce(p.search || ' ', '') || u.login as search
  from app_user u left join person p on p.id = u.person_id;
grant select on account_name to kartoteka_app;

-- Shown to administrators, who look for accounts that nobody uses.
alter table app_user add column last_sign_in_at timestamptz;

create index app_user_person on app_user (person_id) where person_id is not null;
