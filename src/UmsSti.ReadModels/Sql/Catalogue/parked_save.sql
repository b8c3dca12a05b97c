INSERT INTO parked_streams (projector, generation, stream, from_index, from_position, error, tries, at, held)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (projector, generation, stream) DO UPDATE SET
    from_index = excluded.from_index, from_position = excluded.from_position, error = excluded.error,
    tries = excluded.tries, at = excluded.at, held = excluded.held
