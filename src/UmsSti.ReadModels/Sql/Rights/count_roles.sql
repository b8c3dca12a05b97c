SELECT count(*) FROM roles WHERE team_id = ?1
