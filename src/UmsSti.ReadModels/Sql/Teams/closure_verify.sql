-- Rows the parent links of one slice ask for and that are not there, and rows that are there and nobody asks for.
WITH RECURSIVE above (descendant, ancestor, parent_id, depth) AS (
    SELECT pk, pk, parent_id, 0 FROM teams_g{g} WHERE pk > ?1 AND pk <= ?2 AND is_placed
    UNION ALL
    SELECT above.descendant, t.pk, t.parent_id, above.depth + 1
    FROM above CROSS JOIN teams_g{g} t ON t.id = above.parent_id WHERE above.depth < ?3
),
stored (descendant, ancestor, depth) AS (
    SELECT c.descendant, c.ancestor, c.depth FROM teams_g{g} t CROSS JOIN team_closure_g{g} c ON c.descendant = t.pk
    WHERE t.pk > ?1 AND t.pk <= ?2
),
wrong (descendant, ancestor, depth) AS (
    SELECT * FROM (SELECT descendant, ancestor, depth FROM above EXCEPT SELECT descendant, ancestor, depth FROM stored)
    UNION ALL
    SELECT * FROM (SELECT descendant, ancestor, depth FROM stored EXCEPT SELECT descendant, ancestor, depth FROM above)
)
SELECT t.id, count(*) FROM wrong JOIN teams_g{g} t ON t.pk = wrong.descendant GROUP BY t.id ORDER BY t.id LIMIT ?4
