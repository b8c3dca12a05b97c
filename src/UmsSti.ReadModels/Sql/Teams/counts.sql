SELECT type, state, n FROM team_counts WHERE n > 0
