-- A slice of at most ?2 keys of a segment, the smallest first.
DELETE FROM command_keys
WHERE segment = ?1
  AND key <= (SELECT max(key) FROM (SELECT key FROM command_keys WHERE segment = ?1 ORDER BY key LIMIT ?2));
