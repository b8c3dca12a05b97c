EXISTS (SELECT 1 FROM security_resolutions WHERE event_key = security_events.key) = ?9
