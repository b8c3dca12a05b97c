DROP VIEW IF EXISTS security_events;
CREATE VIEW security_events AS SELECT * FROM security_events_g{g};
