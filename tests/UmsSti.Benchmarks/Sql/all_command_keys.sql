SELECT segment, key, id FROM command_keys ORDER BY segment, key, id;
