SELECT command_id, fingerprint, answer, at, position
FROM commands
WHERE key = ?1 AND at >= ?2
ORDER BY id DESC;
