SELECT key, value, set_at, set_by FROM team_settings WHERE team_id = ?1 ORDER BY key
