INSERT INTO team_states_g{g} (id, state, version, position) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, version = excluded.version, position = excluded.position
WHERE version < excluded.version
