CREATE INDEX IF NOT EXISTS members_g{g}_team_joined ON members_g{g} (team_id, joined_at);
CREATE INDEX IF NOT EXISTS members_g{g}_team_kind ON members_g{g} (team_id, state, role, joined_at);
CREATE INDEX IF NOT EXISTS grants_g{g}_team ON grants_g{g} (team_id, user_id, permission);
CREATE INDEX IF NOT EXISTS grants_g{g}_permission ON grants_g{g} (permission, state);
CREATE INDEX IF NOT EXISTS role_assignments_g{g}_team ON role_assignments_g{g} (team_id, user_id, role_id);
CREATE INDEX IF NOT EXISTS role_assignments_g{g}_role ON role_assignments_g{g} (role_id, team_id);
CREATE INDEX IF NOT EXISTS roles_g{g}_team ON roles_g{g} (team_id, name);
CREATE INDEX IF NOT EXISTS rights_history_g{g}_team ON rights_history_g{g} (team_id, at, position, ordinal);
