-- Looking for a person reads an index, not everyone in the region. The function keeps one plan for all its arguments,
-- so each way of searching is a branch of its own, and the beginning of a name is a range of the index: the plan does
-- not know the pattern of a LIKE. The order of code points, whatever the order of the database is.
create index person_search on person (search collate "C", birth_date);
drop index person_same;

create or replace function search_people(folded_name text, born date, number text, most int)
  returns table (id uuid, last_name text, first_name text, middle_name text, birth_date date, sex text,
                 organisation_id int, entity text, record_id uuid)
  language sql stable security definer set search_path = public as $$
    select p.id, p.last_name, p.first_name, p.middle_name, p.birth_date, p.sex, f.organisation_id, f.entity, f.record_id
    from (
      select * from (
        select * from person where snils = number
        union all
        select * from person
        where number is null
          and search collate "C" >= folded_name and search collate "C" < folded_name || chr(1114111)
          and starts_with(search, folded_name) and (born is null or birth_date = born)) found
      order by last_name, first_name, id limit most) p
    left join facet f on f.person_id = p.id
$$;
