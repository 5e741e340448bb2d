-- Who may sign in, and for whom. Nothing of this is an event: a password is no fact of the law.
CREATE TABLE account (
    login         text PRIMARY KEY,
    officer_id    text NOT NULL,  -- as acts name him
    body          text NOT NULL REFERENCES register (code) ON DELETE CASCADE,
    password_hash text NOT NULL,  -- argon2id, with its own parameters
    disabled      bool NOT NULL DEFAULT false
);

CREATE TABLE session (
    id_hash    bytea PRIMARY KEY,  -- sha256 of what the cookie holds
    login      text REFERENCES account (login) ON DELETE CASCADE,  -- NULL: before signing in
    data       jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL
);
CREATE INDEX session_login ON session (login);
CREATE INDEX session_seen ON session (seen_at);

CREATE TABLE api_token (
    hash       bytea PRIMARY KEY,  -- sha256 of the token; the token itself was shown once
    login      text NOT NULL REFERENCES account (login) ON DELETE CASCADE,
    role       text NOT NULL,      -- the one office it acts in
    label      text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    used_at    timestamptz
);

-- Failed attempts to sign in: they slow down whoever goes on, by account and by address.
CREATE TABLE sign_in_failure (
    key     text PRIMARY KEY,  -- "login:..." or "address:..."
    count   int NOT NULL,
    last_at timestamptz NOT NULL
);

-- The first answer to a request that may be sent twice (Idempotency-Key, form token).
CREATE TABLE answer (
    body       text NOT NULL REFERENCES register (code) ON DELETE CASCADE,
    officer_id text NOT NULL,
    key        text NOT NULL,
    request    bytea NOT NULL,  -- sha256 of what was asked
    begun_at   timestamptz NOT NULL,
    response   jsonb,           -- NULL: still being worked on, or its outcome is not known
    PRIMARY KEY (body, officer_id, key)
);
CREATE INDEX answer_begun ON answer (begun_at);
