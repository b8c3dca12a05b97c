INSERT INTO skipped_events (projector, event_id, stream, idx, position, event_type, error, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING
