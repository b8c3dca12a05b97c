SELECT id, name, team_id, description, is_system, is_active, created_at, created_by, updated_at, updated_by, version, position
FROM roles WHERE team_id = ?1 AND name > ?2 ORDER BY name LIMIT ?3
