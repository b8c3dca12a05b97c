INSERT INTO principals_g{g} (id, type, state, version, position, sub_state, was_active) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (id) DO UPDATE SET type = excluded.type, state = excluded.state, version = excluded.version, position = excluded.position,
    sub_state = excluded.sub_state, was_active = excluded.was_active
WHERE version < excluded.version
