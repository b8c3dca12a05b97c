SELECT model, generation FROM doomed_generations
