SELECT c.depth FROM teams a CROSS JOIN teams d CROSS JOIN team_closure c
WHERE a.id = ?1 AND d.id = ?2 AND c.ancestor = a.pk AND c.descendant = d.pk AND c.depth > 0
