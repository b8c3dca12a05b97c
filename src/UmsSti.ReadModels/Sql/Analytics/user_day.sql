SELECT sessions, actions, first_at, last_at FROM daily_active_users WHERE day = ?1 AND user_id = ?2
