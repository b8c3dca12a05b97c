-- From the parent links alone (TM-34), for the teams of one slice.
WITH RECURSIVE above (descendant, ancestor, parent_id, depth) AS (
    SELECT pk, pk, parent_id, 0 FROM teams_g{g} WHERE pk > ?1 AND pk <= ?2 AND is_placed
    UNION ALL
    SELECT above.descendant, t.pk, t.parent_id, above.depth + 1
    FROM above CROSS JOIN teams_g{g} t ON t.id = above.parent_id WHERE above.depth < ?3
)
INSERT INTO team_closure_g{g} (ancestor, descendant, depth) SELECT ancestor, descendant, depth FROM above
