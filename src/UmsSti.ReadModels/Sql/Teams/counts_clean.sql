DELETE FROM team_counts_g{g} WHERE n = 0
