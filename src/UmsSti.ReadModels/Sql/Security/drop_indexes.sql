DROP INDEX IF EXISTS security_events_g{g}_at;
DROP INDEX IF EXISTS security_events_g{g}_user;
DROP INDEX IF EXISTS security_events_g{g}_type;
DROP INDEX IF EXISTS security_events_g{g}_severity;
