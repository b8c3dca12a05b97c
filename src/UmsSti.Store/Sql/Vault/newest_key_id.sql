SELECT max(key_id) FROM subject_keys;
