SELECT joined_at, pk FROM members m
WHERE {filter} AND (joined_at, pk) {after} (?1, ?2)
ORDER BY joined_at {order}, pk {order} LIMIT ?3
