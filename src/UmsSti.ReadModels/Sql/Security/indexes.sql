CREATE INDEX IF NOT EXISTS security_events_g{g}_at ON security_events_g{g} (at);
CREATE INDEX IF NOT EXISTS security_events_g{g}_user ON security_events_g{g} (user_id, at);
CREATE INDEX IF NOT EXISTS security_events_g{g}_type ON security_events_g{g} (type, at);
CREATE INDEX IF NOT EXISTS security_events_g{g}_severity ON security_events_g{g} (severity, at);
