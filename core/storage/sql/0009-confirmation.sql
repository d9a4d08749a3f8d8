-- When the password of the session's owner was last typed: at the sign-in or, later, to confirm an act (ID12).
alter table user_session add column confirmed_at timestamptz not null default '-infinity';
