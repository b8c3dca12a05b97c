SELECT id, state FROM team_states
