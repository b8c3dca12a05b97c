INSERT INTO team_counts_g{g} (type, state, n) VALUES (?1, ?2, ?3)
ON CONFLICT (type, state) DO UPDATE SET n = n + excluded.n
