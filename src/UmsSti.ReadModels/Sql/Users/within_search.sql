+u.pk IN (SELECT s.pk FROM user_search s WHERE s.terms MATCH ?6)
