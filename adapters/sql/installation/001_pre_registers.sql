-- What all public bodies of one installation share: the list of their registers.
CREATE TABLE register (
    code       text PRIMARY KEY,  -- its facts are in the schema reg_<code>
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
