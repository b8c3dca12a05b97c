SELECT count(*) FROM json_each(?8) s CROSS JOIN teams t ON t.id = s.value
WHERE (?4 IS NULL OR t.type = ?4) AND (?5 IS NULL OR t.state = ?5) AND (?6 IS NULL OR t.parent_id = ?6)
