-- The first one on record holds, in whatever order they come.
INSERT INTO security_resolutions_g{g} (event_key, resolved_at, resolved_by, resolution_id, recorded_at, note)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (event_key) DO UPDATE SET
    resolved_at = excluded.resolved_at, resolved_by = excluded.resolved_by, resolution_id = excluded.resolution_id,
    recorded_at = excluded.recorded_at, note = excluded.note
WHERE excluded.recorded_at < recorded_at
