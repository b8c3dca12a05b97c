INSERT INTO commands (id, key, command_id, fingerprint, answer, at, position) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);
