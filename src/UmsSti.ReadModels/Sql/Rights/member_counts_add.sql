INSERT INTO member_counts_g{g} (team_id, state, role, n) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (team_id, state, role) DO UPDATE SET n = n + excluded.n
