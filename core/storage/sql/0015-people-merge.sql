-- Two entries of one person become one, and two again. The entry that is given up stays, leads to the one that is
-- kept, and is found by nobody as a person of its own.
alter table person add column merged_into uuid references person (id);
create index person_merged on person (merged_into) where merged_into is not null;
create index person_birth on person (birth_date) where merged_into is null;

-- What a change of name rests upon; and the folded former name, for looking.
alter table person_name add column document text;
alter table person_name add column search text generated always as (
  replace(lower(last_name || ' ' || first_name || coalesce(' ' || middle_name, '')), 'ё', 'е')) stored;
create index person_name_search on person_name (search collate "C");

-- Folded former names of the person, of those merged into them too: lists look here.
alter table person add column former text not null default '';

create table person_merge (
  id uuid primary key,
  kept uuid not null references person (id),
  dropped uuid not null references person (id),
  at timestamptz not null default clock_timestamp(),
  organisation_id int not null,
  user_id uuid not null,
  user_name text not null,
  role text,
  reason text,
  -- What was moved: [{"organisation_id": 1, "entity": "…", "record_id": "…"}], accounts, proposals.
  facets jsonb not null,
  users uuid[] not null,
  requests uuid[] not null,
  -- {"keep": {"lastName": …}, "drop": {…}} before; the kept one after.
  before jsonb not null,
  after jsonb not null,
  undone_at timestamptz,
  undone_by text
);
create index person_merge_kept on person_merge (kept);
create index person_merge_dropped on person_merge (dropped);

-- The entry that stands for a person now.
create function standing_person(of_person uuid) returns uuid
  language sql stable security definer set search_path = public as $$
    with recursive way as (
      select id, merged_into from person where id = of_person
      union select p.id, p.merged_into from person p join way w on p.id = w.merged_into)
    select id from way where merged_into is null
$$;
-- The person and everyone who was merged into them.
create function people_behind(of_person uuid) returns uuid[]
  language sql stable security definer set search_path = public as $$
    with recursive behind as (
      select id from person where id = of_person
      union select p.id from person p join behind b on p.merged_into = b.id)
    select array_agg(id) from behind
$$;
revoke execute on function standing_person(uuid), people_behind(uuid) from public;
grant execute on function standing_person(uuid), people_behind(uuid) to kartoteka_scoped, kartoteka_region;

create function refresh_former(of_person uuid) returns void
  language sql security definer set search_path = public as $$
    update person p set former = names.text
      from (select coalesce(string_agg(distinct n.search, ' '), '') as text from (
        select search from person_name where person_id = any (people_behind(of_person))
        union select search from person where id = any (people_behind(of_person)) and id <> of_person) n) names
      where p.id = of_person and p.former <> names.text
$$;
revoke execute on function refresh_former(uuid) from public;
grant execute on function refresh_former(uuid) to kartoteka_region;

create function former_changed() returns trigger
  language plpgsql security definer set search_path = public as $$
begin
  perform refresh_former(standing_person(coalesce(new.person_id, old.person_id)));
  return null;
end $$;
revoke execute on function former_changed() from public;
create trigger former_changed after insert or update or delete on person_name
  for each row execute function former_changed();
update person p set former = names.text
  from (select person_id, string_agg(distinct search, ' ') as text from person_name group by person_id) names
  where names.person_id = p.id;

-- A merger belongs to the history of whoever it left: seen where that person is.
alter table person_merge enable row level security;
create policy scoped on person_merge for select to kartoteka_scoped
  using (exists (select 1 from person p where p.id = standing_person(person_merge.kept)));
create policy region on person_merge to kartoteka_region using (true);
grant select on person_merge to kartoteka_scoped;
grant select, insert on person_merge to kartoteka_region;
grant update (undone_at, undone_by) on person_merge to kartoteka_region;

-- The history of an entry that was given up is read through the one that is kept.
drop policy scoped_read on change;
create policy scoped_read on change for select to kartoteka_scoped using (
  organisation_id = any ((select nullif(current_setting('app.orgs', true), '')::int[])::int[])
  or (organisation_id is null and entity <> 'person')
  or (organisation_id is null and exists (select 1 from facet f where f.person_id = change.record_id))
  or (organisation_id is null and exists (select 1 from facet f where f.person_id = standing_person(change.record_id))));
drop policy scoped on person_name;
create policy scoped on person_name to kartoteka_scoped
  using (exists (select 1 from facet f where f.person_id = person_name.person_id)
    or exists (select 1 from facet f where f.person_id = standing_person(person_name.person_id))) with check (true);
alter table change drop constraint change_action_check;
alter table change add constraint change_action_check
  check (action in ('create', 'update', 'delete', 'derive', 'merge', 'split'));

-- Accounts belong to the login role; who merges people takes along theirs. Their sessions see the change at once.
create function move_accounts(from_person uuid, to_person uuid, only_these uuid[]) returns uuid[]
  language sql security definer set search_path = public as $$
    with moved as (
      update app_user set person_id = to_person, version = version + 1
        where person_id = from_person and (only_these is null or id = any (only_these)) returning id)
    select coalesce(array_agg(id), '{}') from moved
$$;
revoke execute on function move_accounts(uuid, uuid, uuid[]) from public;
grant execute on function move_accounts(uuid, uuid, uuid[]) to kartoteka_region;

-- Whoever asks for an entry that was given up gets the one it leads to.
create or replace function people_of(ids uuid[])
  returns table (id uuid, version int, last_name text, first_name text, middle_name text, birth_date date, sex text,
                 snils text, organisation_id int, entity text, record_id uuid)
  language sql stable security definer set search_path = public as $$
    select p.id, p.version, p.last_name, p.first_name, p.middle_name, p.birth_date, p.sex, p.snils,
           f.organisation_id, f.entity, f.record_id
    from person p left join facet f on f.person_id = p.id
    where p.id = any (ids) and p.merged_into is null
    union all
    select p.id, p.version, p.last_name, p.first_name, p.middle_name, p.birth_date, p.sex, p.snils,
           f.organisation_id, f.entity, f.record_id
    from person d join person p on p.id = standing_person(d.id) left join facet f on f.person_id = p.id
    where d.id = any (ids) and d.merged_into is not null
$$;

-- By the beginning of the present name, of a former one, or of the name of an entry that was given up.
create or replace function search_people(folded_name text, born date, number text, most int)
  returns table (id uuid, last_name text, first_name text, middle_name text, birth_date date, sex text,
                 organisation_id int, entity text, record_id uuid)
  language sql stable security definer set search_path = public as $$
    select p.id, p.last_name, p.first_name, p.middle_name, p.birth_date, p.sex, f.organisation_id, f.entity, f.record_id
    from (
      select distinct s.id, s.last_name, s.first_name, s.middle_name, s.birth_date, s.sex
      from (
        select case when merged_into is null then person.id else standing_person(person.id) end as id
        from person where snils = number
        union all
        select case when merged_into is null then person.id else standing_person(person.id) end
        from person
        where number is null
          and search collate "C" >= folded_name and search collate "C" < folded_name || chr(1114111)
          and starts_with(search, folded_name) and (born is null or birth_date = born)
        union all
        select standing_person(n.person_id) from person_name n
        where number is null
          and n.search collate "C" >= folded_name and n.search collate "C" < folded_name || chr(1114111)
          and starts_with(n.search, folded_name)) found
      join person s on s.id = found.id and (number is not null or born is null or s.birth_date = born)
      order by s.last_name, s.first_name, s.id limit most) p
    left join facet f on f.person_id = p.id
$$;

-- A letter replaced, left out, added, or two neighbours swapped.
create function one_letter_apart(a text, b text) returns boolean
  language plpgsql immutable strict parallel safe as $$
declare
  at int := 1;
  la int := length(a);
  lb int := length(b);
begin
  if a = b or abs(la - lb) > 1 then return false; end if;
  while at <= least(la, lb) and substr(a, at, 1) = substr(b, at, 1) loop at := at + 1; end loop;
  if la > lb then return substr(a, at + 1) = substr(b, at); end if;
  if la < lb then return substr(a, at) = substr(b, at + 1); end if;
  return substr(a, at + 1) = substr(b, at + 1)
    or (substr(a, at, 2) = reverse(substr(b, at, 2)) and substr(a, at + 2) = substr(b, at + 2));
end $$;

-- Pairs that may be one person, of whom one at least is known to the organisations; each pair once. One letter apart
-- leaves one end of the name as it is, so that few names are compared letter by letter.
create function similar_people(orgs int[], everywhere boolean, after uuid, scanned int, most int)
  returns table (one uuid, other uuid, reason text, last uuid)
  language sql stable security definer set search_path = public as $$
    with mine as materialized (
      select id, search, birth_date from person
      where merged_into is null and (everywhere or organisation_ids && orgs) and (after is null or id > after)
      order by id limit scanned),
    pairs as (
      select a.id as one, b.id as other, case when a.search = b.search then 'same' else 'letter' end as reason
      from mine a join person b on b.birth_date = a.birth_date and b.merged_into is null and b.id <> a.id
      where (b.id > a.id or not (everywhere or b.organisation_ids && orgs))
        and (a.search = b.search
          or (abs(length(a.search) - length(b.search)) <= 1
            and (left(a.search, 3) = left(b.search, 3) or right(a.search, 3) = right(b.search, 3))
            and one_letter_apart(a.search, b.search)))
      union all
      select a.id, b.id, 'undated'
      from mine a join person b on b.search collate "C" = a.search collate "C" and b.merged_into is null and b.id <> a.id
      where (b.id > a.id or not (everywhere or b.organisation_ids && orgs))
        and (a.birth_date is null or b.birth_date is null))
    select pairs.one, pairs.other, pairs.reason, (select max(id::text)::uuid from mine) from pairs
    order by pairs.one, pairs.other limit most
$$;
revoke execute on function similar_people(int[], boolean, uuid, int, int) from public;
grant execute on function similar_people(int[], boolean, uuid, int, int) to kartoteka_scoped, kartoteka_region;

create function accounts_of(of_person uuid) returns int
  language sql stable security definer set search_path = public as $$
    select count(*)::int from app_user where person_id = of_person
$$;
revoke execute on function accounts_of(uuid) from public;
grant execute on function accounts_of(uuid) to kartoteka_scoped, kartoteka_region;

-- Former names of a person known to the transaction, and other spellings that entries joined to theirs had.
create function names_before(of_person uuid)
  returns table (last_name text, first_name text, middle_name text, valid_to date, document text)
  language sql stable security definer set search_path = public as $$
    select n.last_name, n.first_name, n.middle_name, n.valid_to, n.document
    from person_name n where n.person_id = any (people_behind(of_person))
    union all
    select d.last_name, d.first_name, d.middle_name, null, null
    from person d join person p on p.id = of_person
    where d.id = any (people_behind(of_person)) and d.id <> of_person and d.search <> p.search
    order by 4 desc nulls last
$$;
revoke execute on function names_before(uuid) from public;
grant execute on function names_before(uuid) to kartoteka_scoped, kartoteka_region;
