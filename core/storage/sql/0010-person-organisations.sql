-- Row security asked the table of facets about every single person that a list, a card or an export touched. The
-- answer now stands in the person's own row, kept here for every path that adds or takes away a facet, and the
-- policy compares it with the organisations of the transaction, read once per statement.
alter table person add column organisation_ids int[] not null default '{}';

update person p set organisation_ids = known.ids
  from (select person_id, array_agg(distinct organisation_id order by organisation_id) as ids from facet group by person_id) known
  where known.person_id = p.id;

-- The facet comes first (0001), so a new person finds its facets there.
create function person_known() returns trigger
  language plpgsql security definer set search_path = public as $$
begin
  new.organisation_ids := array(
    select distinct f.organisation_id from facet f where f.person_id = new.id order by 1);
  return new;
end $$;
revoke execute on function person_known() from public;
create trigger person_known before insert on person for each row execute function person_known();

-- The people are locked before the facets are counted: of two transactions that give one person a facet each, the
-- second counts after the first has committed. The foreign keys of others wait for nothing.
create function facets_changed() returns trigger
  language plpgsql security definer set search_path = public as $$
begin
  perform 1 from person where id in (select person_id from changed) order by id for no key update;
  if not found then
    return null;
  end if;
  update person p set organisation_ids = known.ids
    from (select c.person_id, array(select distinct f.organisation_id from facet f
            where f.person_id = c.person_id order by 1) as ids
          from (select distinct person_id from changed) c) known
    where p.id = known.person_id and p.organisation_ids is distinct from known.ids;
  return null;
end $$;
revoke execute on function facets_changed() from public;
create trigger facet_added after insert on facet
  referencing new table as changed for each statement execute function facets_changed();
create trigger facet_gone after delete on facet
  referencing old table as changed for each statement execute function facets_changed();
create trigger facet_left after update on facet
  referencing old table as changed for each statement execute function facets_changed();
create trigger facet_joined after update on facet
  referencing new table as changed for each statement execute function facets_changed();

-- An unset context is null here, and null overlaps nothing.
drop policy scoped_read on person;
create policy scoped_read on person for select to kartoteka_scoped
  using (organisation_ids && (select nullif(current_setting('app.orgs', true), '')::int[])::int[]);
drop policy scoped_update on person;
create policy scoped_update on person for update to kartoteka_scoped
  using (organisation_ids && (select nullif(current_setting('app.orgs', true), '')::int[])::int[]);
