DROP INDEX IF EXISTS audit_g{g}_at;
DROP INDEX IF EXISTS audit_g{g}_actor;
DROP INDEX IF EXISTS audit_g{g}_subject;
DROP INDEX IF EXISTS audit_g{g}_resource;
DROP INDEX IF EXISTS audit_g{g}_type;
DROP INDEX IF EXISTS audit_g{g}_outcome;
DROP INDEX IF EXISTS audit_g{g}_correlation;
