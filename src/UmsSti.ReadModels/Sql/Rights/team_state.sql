SELECT state FROM team_states WHERE id = ?1
