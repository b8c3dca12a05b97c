SELECT {key}, pk FROM teams t
WHERE {filter} AND ({key}, pk) {after} (?1, ?2)
ORDER BY {key} {order}, pk {order} LIMIT ?3
