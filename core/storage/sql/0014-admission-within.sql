-- In a packet of several requests each one's check comes after the switch of role of the one before it.
grant execute on function admit(bytea, bigint, bigint, timestamptz, timestamptz) to kartoteka_scoped, kartoteka_region;
