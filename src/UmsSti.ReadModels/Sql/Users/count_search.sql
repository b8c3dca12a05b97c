SELECT count(*) FROM user_search s CROSS JOIN users u ON u.pk = s.pk
WHERE s.terms MATCH ?1 AND (?3 IS NULL OR u.type = ?3) AND (?4 IS NULL OR u.state = ?4)
