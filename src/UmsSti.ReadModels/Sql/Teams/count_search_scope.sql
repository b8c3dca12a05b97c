SELECT count(*) FROM json_each(?8) s CROSS JOIN teams t ON t.id = s.value
WHERE t.pk IN (SELECT f.pk FROM team_search f WHERE f.terms MATCH ?7)
    AND (?4 IS NULL OR t.type = ?4) AND (?5 IS NULL OR t.state = ?5) AND (?6 IS NULL OR t.parent_id = ?6)
