-- What officers have typed and not yet sent. No facts: each is its officer's alone, may hold what
-- is closed, and is dropped when the act is done or nobody has come back to it for a month.
CREATE TABLE draft (
    officer_id text NOT NULL,
    form       text NOT NULL,        -- the address of the form
    typed      jsonb,                -- entry to what was typed; NULL: the act was done
    version    int8 NOT NULL,        -- of the subject, as it was seen
    token      text NOT NULL,        -- of the form: one that was done is not kept again
    saved_at   timestamptz NOT NULL,
    PRIMARY KEY (officer_id, form)
);
CREATE INDEX draft_saved ON draft (saved_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON draft TO sidik_app;
