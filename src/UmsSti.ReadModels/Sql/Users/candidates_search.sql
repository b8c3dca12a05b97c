SELECT u.pk, u.type, u.state, u.{key} FROM user_search s CROSS JOIN users u ON u.pk = s.pk
WHERE s.terms MATCH ?1 LIMIT ?3
