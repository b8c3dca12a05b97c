DROP VIEW IF EXISTS security_events;
CREATE VIEW security_events AS SELECT * FROM security_events_g{g};
DROP VIEW IF EXISTS security_resolutions;
CREATE VIEW security_resolutions AS SELECT * FROM security_resolutions_g{g};
