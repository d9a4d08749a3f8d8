-- A try to sign in is one row for the account and one for the address (ID3). Rows of one moment are told apart by id;
-- pending is a try whose password is being compared: many people of one address sign in at once, and none of them has
-- failed yet.
alter table sign_in_failure add column id bigint generated always as identity primary key;
alter table sign_in_failure add column pending boolean not null default false;
