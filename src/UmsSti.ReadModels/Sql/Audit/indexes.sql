CREATE INDEX IF NOT EXISTS audit_g{g}_at ON audit_g{g} (at);
CREATE INDEX IF NOT EXISTS audit_g{g}_actor ON audit_g{g} (actor, at);
CREATE INDEX IF NOT EXISTS audit_g{g}_subject ON audit_g{g} (subject, at);
CREATE INDEX IF NOT EXISTS audit_g{g}_resource ON audit_g{g} (resource_id, at);
CREATE INDEX IF NOT EXISTS audit_g{g}_type ON audit_g{g} (type, at);
CREATE INDEX IF NOT EXISTS audit_g{g}_outcome ON audit_g{g} (outcome, at);
CREATE INDEX IF NOT EXISTS audit_g{g}_correlation ON audit_g{g} (correlation_id, at);
