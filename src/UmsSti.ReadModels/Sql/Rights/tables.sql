-- {g} is the number of the generation. Everything a decision about a right rests on, so that one checkpoint is true of all of it.
CREATE TABLE principals_g{g} (
    id       TEXT    PRIMARY KEY,
    type     TEXT    NOT NULL,
    state    TEXT    NOT NULL,
    version  INTEGER NOT NULL,         -- events of the stream that are in the row: the source version
    position INTEGER NOT NULL,         -- log position of the last of them
    sub_state  TEXT    NOT NULL,       -- where he stands in his machine
    was_active INTEGER NOT NULL        -- whether he ever was: an admin who was not goes back to approval
) WITHOUT ROWID;

CREATE TABLE principal_counts_g{g} (
    type TEXT    PRIMARY KEY,
    n    INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE team_states_g{g} (
    id       TEXT    PRIMARY KEY,
    state    TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    position INTEGER NOT NULL
) WITHOUT ROWID;

-- One row per team and user, whatever became of the membership (TM-41, TM-43).
CREATE TABLE members_g{g} (
    pk              INTEGER PRIMARY KEY, -- log position of its first event
    team_id         TEXT    NOT NULL,
    user_id         TEXT    NOT NULL,
    role            TEXT    NOT NULL,
    previous_role   TEXT,
    state           TEXT    NOT NULL,
    joined_at       INTEGER NOT NULL,    -- 0: never; times are Unix milliseconds, UTC
    left_at         INTEGER,
    added_by        TEXT,
    invited_by      TEXT,
    requested_at    INTEGER,
    expires_at      INTEGER,             -- of an open invitation
    removed_by      TEXT,
    removal_reason  TEXT,
    role_changed_at INTEGER,
    role_changed_by TEXT,
    updated_at      INTEGER NOT NULL,
    updated_by      TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    position        INTEGER NOT NULL,
    UNIQUE (team_id, user_id)
);

-- From the beginning, also while rows are built: an erasure looks for the person.
CREATE INDEX members_g{g}_user ON members_g{g} (user_id, state, role, team_id);

-- How many memberships a team has of each state and role: exact totals without counting rows.
CREATE TABLE member_counts_g{g} (
    team_id TEXT    NOT NULL,
    state   TEXT    NOT NULL,
    role    TEXT    NOT NULL,
    n       INTEGER NOT NULL,
    PRIMARY KEY (team_id, state, role)
) WITHOUT ROWID;

-- Single permissions given to a person: in a team, or outside teams where team_id is empty (RM-02, CX-45).
CREATE TABLE grants_g{g} (
    user_id           TEXT    NOT NULL,
    team_id           TEXT    NOT NULL,
    permission        TEXT    NOT NULL,
    level             TEXT    NOT NULL,
    state             TEXT    NOT NULL,
    is_working        INTEGER NOT NULL,  -- gives its permission until it expires
    expires_at        INTEGER,
    given_by          TEXT    NOT NULL,
    given_at          INTEGER NOT NULL,
    reason            TEXT,
    revoked_by        TEXT,
    revoked_at        INTEGER,
    revocation_reason TEXT,
    position          INTEGER NOT NULL,  -- of the event that made it so
    is_dropped        INTEGER NOT NULL,  -- gives nothing until granted anew (XR-04)
    PRIMARY KEY (user_id, team_id, permission)
) WITHOUT ROWID;

-- Roles assigned to a person, besides the one of a membership: in a team, or outside teams where team_id is empty (RM-03).
CREATE TABLE role_assignments_g{g} (
    user_id           TEXT    NOT NULL,
    team_id           TEXT    NOT NULL,
    role_id           TEXT    NOT NULL,
    state             TEXT    NOT NULL,
    is_working        INTEGER NOT NULL,
    is_dropped        INTEGER NOT NULL,  -- gives nothing elevated any more (XR-04)
    expires_at        INTEGER,
    given_by          TEXT    NOT NULL,
    given_at          INTEGER NOT NULL,
    reason            TEXT,
    revoked_by        TEXT,
    revoked_at        INTEGER,
    revocation_reason TEXT,
    position          INTEGER NOT NULL,
    PRIMARY KEY (user_id, team_id, role_id)
) WITHOUT ROWID;

-- Role definitions (RM-04, PE-21).
CREATE TABLE roles_g{g} (
    id          TEXT    PRIMARY KEY,
    name        TEXT    NOT NULL,
    team_id     TEXT    NOT NULL,        -- empty: a global role
    description TEXT,
    is_system   INTEGER NOT NULL,
    is_active   INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    created_by  TEXT    NOT NULL,
    updated_at  INTEGER NOT NULL,
    updated_by  TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    position    INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE role_permissions_g{g} (
    role_id    TEXT NOT NULL,
    permission TEXT NOT NULL,
    PRIMARY KEY (role_id, permission)
) WITHOUT ROWID;

-- Every change of a membership, a grant or an assignment (RM-08, TM-42, PE-43).
CREATE TABLE rights_history_g{g} (
    user_id    TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    ordinal    INTEGER NOT NULL,         -- among the facts of one event
    kind       TEXT    NOT NULL,         -- membership, permission, role
    team_id    TEXT    NOT NULL,         -- empty: outside teams
    subject    TEXT    NOT NULL,         -- the permission or role; empty for a membership
    action     TEXT    NOT NULL,
    old_role   TEXT,
    new_role   TEXT,
    old_state  TEXT,
    new_state  TEXT,
    actor      TEXT    NOT NULL,
    reason     TEXT,
    PRIMARY KEY (user_id, at, position, ordinal)
) WITHOUT ROWID;
