INSERT INTO roles_g{g} (id, name, team_id, description, is_system, is_active, created_at, created_by, updated_at, updated_by, version, position)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, team_id = excluded.team_id, description = excluded.description, is_system = excluded.is_system,
    is_active = excluded.is_active, created_at = excluded.created_at, created_by = excluded.created_by,
    updated_at = excluded.updated_at, updated_by = excluded.updated_by, version = excluded.version, position = excluded.position
WHERE version < excluded.version
