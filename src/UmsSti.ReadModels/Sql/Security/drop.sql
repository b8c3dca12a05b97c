DROP TABLE IF EXISTS security_events_g{g};
DROP TABLE IF EXISTS security_resolutions_g{g};
DROP TABLE IF EXISTS sign_in_failures_g{g};
