INSERT INTO daily_team_actors_g{g} (team_id, day, user_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING
