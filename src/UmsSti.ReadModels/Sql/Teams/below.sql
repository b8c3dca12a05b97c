SELECT t.id, t.slug, t.name, t.type, t.state, t.parent_id, c.depth
FROM teams r CROSS JOIN team_closure c CROSS JOIN teams t ON t.pk = c.descendant
WHERE r.id = ?1 AND c.ancestor = r.pk AND c.depth BETWEEN ?2 AND ?3 LIMIT ?4
