SELECT id, key, command_id, fingerprint, answer, at, position FROM commands ORDER BY id;
