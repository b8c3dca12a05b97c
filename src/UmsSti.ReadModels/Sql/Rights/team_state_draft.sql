SELECT id, state, version, position FROM team_states_g{g} WHERE id = ?1
