UPDATE users_g{g}
SET profile = ?2, preferences = ?3, active_team_id = ?4, updated_at = ?5, updated_by = ?6, version = ?7, position = ?8
WHERE pk = ?1 AND version < ?7
