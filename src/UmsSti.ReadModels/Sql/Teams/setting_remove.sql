DELETE FROM team_settings_g{g} WHERE team_id = ?1 AND key = ?2
