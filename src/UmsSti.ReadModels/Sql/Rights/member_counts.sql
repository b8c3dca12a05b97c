SELECT state, role, n FROM member_counts WHERE team_id = ?1 AND n > 0
