-- Cards of the whole region have no organisation either, and their history is for whoever may read the card: the
-- gateway decides which fields. Only a person needs a facet in scope.
drop policy scoped_read on change;
create policy scoped_read on change for select to kartoteka_scoped using (
  organisation_id = any ((select nullif(current_setting('app.orgs', true), '')::int[])::int[])
  or (organisation_id is null and entity <> 'person')
  or (organisation_id is null and exists (select 1 from facet f where f.person_id = change.record_id)));
