INSERT INTO checkpoints (projector, generation, position, event_id, seen, applied, checksum)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (projector, generation) DO UPDATE SET
    position = excluded.position, event_id = excluded.event_id,
    seen = excluded.seen, applied = excluded.applied, checksum = excluded.checksum
