SELECT id, name, team_id, description, is_system, is_active, created_at, created_by, updated_at, updated_by, version, position
FROM roles_g{g} WHERE id = ?1
