DELETE FROM session_tokens WHERE user_id = ?1;
