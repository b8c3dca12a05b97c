SELECT
    (SELECT count(*) FROM team_closure WHERE depth = 0),
    (SELECT count(*) FROM teams WHERE parent_id IS NULL AND is_placed),
    (SELECT count(*) FROM (SELECT DISTINCT ancestor FROM team_closure WHERE depth = 1)),
    (SELECT max(depth) FROM team_closure)
