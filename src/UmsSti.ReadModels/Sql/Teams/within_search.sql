+t.pk IN (SELECT s.pk FROM team_search s WHERE s.terms MATCH ?7)
