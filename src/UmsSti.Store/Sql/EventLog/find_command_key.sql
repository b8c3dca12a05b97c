SELECT max(id) FROM command_keys WHERE segment = ?1 AND key = ?2;
