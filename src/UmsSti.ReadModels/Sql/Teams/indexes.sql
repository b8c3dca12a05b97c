CREATE INDEX IF NOT EXISTS teams_g{g}_created ON teams_g{g} (created_at);
CREATE INDEX IF NOT EXISTS teams_g{g}_name ON teams_g{g} (name_key);
CREATE INDEX IF NOT EXISTS teams_g{g}_kind_created ON teams_g{g} (type, state, created_at);
CREATE INDEX IF NOT EXISTS teams_g{g}_kind_name ON teams_g{g} (type, state, name_key);
CREATE INDEX IF NOT EXISTS teams_g{g}_parent_created ON teams_g{g} (parent_id, created_at);
CREATE INDEX IF NOT EXISTS teams_g{g}_parent_name ON teams_g{g} (parent_id, name_key);
CREATE INDEX IF NOT EXISTS team_closure_g{g}_down ON team_closure_g{g} (ancestor, depth);
CREATE INDEX IF NOT EXISTS team_closure_g{g}_depth ON team_closure_g{g} (depth);
