SELECT t.id, t.slug, t.name, t.type, t.state, t.parent_id, c.depth
FROM teams r CROSS JOIN team_closure c CROSS JOIN teams t ON t.pk = c.ancestor
WHERE r.id = ?1 AND c.descendant = r.pk AND c.depth >= ?2 ORDER BY c.depth DESC
