SELECT key_id, wrapped FROM subject_keys WHERE subject = ?1;
