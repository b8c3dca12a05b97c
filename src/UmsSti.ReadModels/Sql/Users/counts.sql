SELECT type, state, n FROM user_counts WHERE n > 0
