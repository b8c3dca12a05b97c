+t.pk IN (SELECT m.pk FROM json_each(?8) s CROSS JOIN teams m ON m.id = s.value)
