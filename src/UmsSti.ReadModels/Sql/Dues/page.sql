SELECT id, due_at FROM dues
WHERE kind = ?1 AND due_at <= ?2 AND (due_at, id) > (?3, ?4) ORDER BY due_at, id LIMIT ?5
