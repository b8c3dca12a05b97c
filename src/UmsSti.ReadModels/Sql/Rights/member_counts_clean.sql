DELETE FROM member_counts_g{g} WHERE team_id = ?1 AND n = 0
