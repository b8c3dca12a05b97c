INSERT INTO team_settings_g{g} (team_id, key, value, set_at, set_by) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (team_id, key) DO UPDATE SET value = excluded.value, set_at = excluded.set_at, set_by = excluded.set_by
