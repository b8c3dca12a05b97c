SELECT count(*) FROM team_search s CROSS JOIN teams t ON t.pk = s.pk
WHERE s.terms MATCH ?7
    AND (?4 IS NULL OR t.type = ?4) AND (?5 IS NULL OR t.state = ?5) AND (?6 IS NULL OR t.parent_id = ?6)
