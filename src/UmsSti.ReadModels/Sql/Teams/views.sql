-- Queries speak to these names: a swap is one transaction, and a query sees one generation from beginning to end.
DROP VIEW IF EXISTS teams;
DROP VIEW IF EXISTS team_closure;
DROP VIEW IF EXISTS team_settings;
DROP VIEW IF EXISTS team_state_history;
DROP VIEW IF EXISTS team_counts;
DROP VIEW IF EXISTS team_search;
CREATE VIEW teams AS SELECT * FROM teams_g{g};
CREATE VIEW team_closure AS SELECT * FROM team_closure_g{g};
CREATE VIEW team_settings AS SELECT * FROM team_settings_g{g};
CREATE VIEW team_state_history AS SELECT * FROM team_state_history_g{g};
CREATE VIEW team_counts AS SELECT * FROM team_counts_g{g};
CREATE VIEW team_search AS SELECT rowid AS pk, team_search_g{g} AS terms FROM team_search_g{g};
