INSERT INTO team_closure_g{g} (ancestor, descendant, depth)
SELECT above.ancestor, below.descendant, above.depth + below.depth + 1
FROM team_closure_g{g} above CROSS JOIN team_closure_g{g} below
WHERE above.descendant = ?2 AND below.ancestor = ?1
