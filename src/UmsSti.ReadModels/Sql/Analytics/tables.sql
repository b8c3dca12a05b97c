-- {g} is the number of the generation.
CREATE TABLE daily_metrics_g{g} (
    metric TEXT    NOT NULL,
    day    INTEGER NOT NULL, -- days since 1970-01-01, UTC
    count  INTEGER NOT NULL, -- how many values
    sum    INTEGER NOT NULL,
    low    INTEGER NOT NULL,
    high   INTEGER NOT NULL,
    PRIMARY KEY (metric, day)
) WITHOUT ROWID;

-- One row per user and day on which he did something (RE-32).
CREATE TABLE daily_active_users_g{g} (
    day      INTEGER NOT NULL, -- days since 1970-01-01, UTC
    user_id  TEXT    NOT NULL,
    sessions INTEGER NOT NULL, -- sign-ins
    actions  INTEGER NOT NULL, -- facts he is the actor of
    first_at INTEGER NOT NULL, -- Unix milliseconds, UTC
    last_at  INTEGER NOT NULL,
    PRIMARY KEY (day, user_id)
) WITHOUT ROWID;

-- Where each user stands, to tell an activation from a return and to measure it.
CREATE TABLE analytics_users_g{g} (
    user_id       TEXT    PRIMARY KEY,
    user_type     TEXT    NOT NULL,
    sub_state     TEXT    NOT NULL,
    registered_at INTEGER NOT NULL, -- Unix milliseconds, UTC
    activated_at  INTEGER
) WITHOUT ROWID;

-- What went on in each team on a day (RE-34). How many members it had is the sum of what came and went before.
CREATE TABLE team_activity_metrics_g{g} (
    team_id TEXT    NOT NULL,
    day     INTEGER NOT NULL, -- days since 1970-01-01, UTC
    joined  INTEGER NOT NULL, -- people who became members
    gone    INTEGER NOT NULL, -- people who were removed or left
    active  INTEGER NOT NULL, -- different users who acted
    actions INTEGER NOT NULL, -- facts of the team and its memberships that a user is the actor of
    PRIMARY KEY (team_id, day)
) WITHOUT ROWID;

-- Who acted in a team on a day, to count each once.
CREATE TABLE daily_team_actors_g{g} (
    team_id TEXT    NOT NULL,
    day     INTEGER NOT NULL,
    user_id TEXT    NOT NULL,
    PRIMARY KEY (team_id, day, user_id)
) WITHOUT ROWID;

-- The role each invitation offers: its acceptance does not repeat it.
CREATE TABLE analytics_invitations_g{g} (
    membership TEXT PRIMARY KEY, -- {team id}_{user id}
    role       TEXT NOT NULL
) WITHOUT ROWID;
