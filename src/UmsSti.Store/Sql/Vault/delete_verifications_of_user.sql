DELETE FROM verification_tokens WHERE user_id = ?1;
