INSERT INTO doomed_generations (model, generation) VALUES (?1, ?2) ON CONFLICT DO NOTHING
