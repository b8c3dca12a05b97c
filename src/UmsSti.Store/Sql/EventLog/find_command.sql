SELECT command_id, fingerprint, answer, at, position FROM commands WHERE id = ?1;
