DELETE FROM user_counts_g{g} WHERE n = 0
