SELECT count(*) FROM members t CROSS JOIN users u ON u.id = t.user_id
WHERE t.team_id = ?2 AND t.state = 'active' AND u.pk IN (SELECT pk FROM user_search WHERE terms MATCH ?1)
    AND (?3 IS NULL OR u.type = ?3) AND (?4 IS NULL OR u.state = ?4)
