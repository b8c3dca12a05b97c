INSERT INTO sign_in_failures_g{g} (account, at, position) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING
