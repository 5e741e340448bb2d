-- What was done to an account, for its holder and its keeper. No address, no secret.
CREATE TABLE account_event (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    login text NOT NULL REFERENCES account (login) ON DELETE CASCADE,
    at    timestamptz NOT NULL,
    what  text NOT NULL,
    by    text NOT NULL  -- officer id of who did it; empty: the holder himself
);
CREATE INDEX account_event_login ON account_event (login, id);
