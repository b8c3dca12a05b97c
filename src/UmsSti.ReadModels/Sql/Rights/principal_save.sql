INSERT INTO principals_g{g} (id, type, state, version, position) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (id) DO UPDATE SET type = excluded.type, state = excluded.state, version = excluded.version, position = excluded.position
WHERE version < excluded.version
