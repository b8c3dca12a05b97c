INSERT INTO reactors (name, position, event_id, saved_at) VALUES ($name, $position, $eventId, $now)
ON CONFLICT (name) DO UPDATE SET position = excluded.position, event_id = excluded.event_id, saved_at = excluded.saved_at;
