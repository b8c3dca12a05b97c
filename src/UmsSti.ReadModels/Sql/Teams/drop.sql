DROP TABLE IF EXISTS team_search_g{g};
DROP TABLE IF EXISTS team_counts_g{g};
DROP TABLE IF EXISTS team_state_history_g{g};
DROP TABLE IF EXISTS team_settings_g{g};
DROP TABLE IF EXISTS team_closure_g{g};
DROP TABLE IF EXISTS teams_g{g};
