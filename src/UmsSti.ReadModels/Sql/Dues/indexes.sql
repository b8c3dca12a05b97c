CREATE INDEX IF NOT EXISTS dues_g{g}_time ON dues_g{g} (kind, due_at, id);
