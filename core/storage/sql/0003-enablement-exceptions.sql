-- A subtree may be an exception: off where the type of organisations is on, or the other way round. The nearest
-- row wins: organisation, municipality, region, everywhere; of equally near ones the row that names a type.
alter table enablement add column enabled boolean not null default true;
create index enablement_plugin on enablement (plugin, valid_from);
