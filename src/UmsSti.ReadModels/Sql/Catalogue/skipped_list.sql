SELECT event_id, stream, idx, position, event_type, error, at FROM skipped_events WHERE projector = ?1 ORDER BY position
