DELETE FROM audit_g{g}
WHERE key <= (SELECT max(key) FROM (SELECT key FROM audit_g{g} ORDER BY key LIMIT ?1))
