DELETE FROM session_tokens WHERE session_id = ?1;
