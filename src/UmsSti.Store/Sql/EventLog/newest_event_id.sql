-- Ids are made before they are appended, so the newest one need not stand at the head.
SELECT max(event_id) FROM (SELECT event_id FROM events ORDER BY position DESC LIMIT ?1);
