-- Proving who one is: second factors, links handed over, identities elsewhere, scopes of tokens.
-- E-mail addresses stand here and nowhere else.
ALTER TABLE account
    ALTER password_hash DROP NOT NULL,              -- NULL: invited, nobody has signed in yet
    ADD email  text,
    ADD handle uuid NOT NULL DEFAULT gen_random_uuid();  -- what a passkey calls its holder

-- The secret must be read to check a code, so it cannot be hashed.
CREATE TABLE totp (
    login        text PRIMARY KEY REFERENCES account (login) ON DELETE CASCADE,
    secret       text NOT NULL,
    begun_at     timestamptz NOT NULL,
    confirmed_at timestamptz,        -- NULL: shown, but no code of it was seen yet
    last_counter bigint NOT NULL DEFAULT 0  -- of the last code taken; none up to it is taken again
);

CREATE TABLE recovery_code (
    login   text NOT NULL REFERENCES account (login) ON DELETE CASCADE,
    hash    bytea NOT NULL,  -- sha256; a code has 80 random bits
    used_at timestamptz,
    PRIMARY KEY (login, hash)
);

CREATE TABLE passkey (
    id         bytea PRIMARY KEY,  -- as the authenticator calls it
    login      text NOT NULL REFERENCES account (login) ON DELETE CASCADE,
    rp_id      text NOT NULL,      -- the host it was made for, without port
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    label      text NOT NULL,
    created_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX passkey_login ON passkey (login);

-- A one-time link by which somebody sets his first password, or a new one.
CREATE TABLE account_link (
    hash       bytea PRIMARY KEY,  -- sha256 of what the address ends with
    login      text NOT NULL REFERENCES account (login) ON DELETE CASCADE,
    purpose    text NOT NULL CHECK (purpose IN ('invitation', 'recovery')),
    created_by text NOT NULL,      -- officer id of the admin, or empty: the officer himself
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX account_link_login ON account_link (login);

-- Who somebody is at the body's own provider (OpenID Connect).
CREATE TABLE identity (
    issuer    text NOT NULL,
    subject   text NOT NULL,
    login     text NOT NULL REFERENCES account (login) ON DELETE CASCADE,
    linked_at timestamptz NOT NULL,
    used_at   timestamptz,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identity_login ON identity (login);

ALTER TABLE api_token
    ADD id     uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD scopes text[] NOT NULL DEFAULT '{baca,putuskan}';  -- what a token of before could do, less what now needs proof
CREATE INDEX api_token_login ON api_token (login);

ALTER TABLE session
    ADD address  text NOT NULL DEFAULT '',
    ADD agent    text NOT NULL DEFAULT '',  -- what the browser calls itself
    ADD ended_at timestamptz;  -- kept a while, so that a form sent too late still knows its writer
