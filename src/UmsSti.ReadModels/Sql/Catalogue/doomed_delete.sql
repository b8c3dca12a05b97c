DELETE FROM doomed_generations WHERE model = ?1 AND generation = ?2
