-- What all public bodies of one installation share: the list of their registers.
CREATE TABLE register (
    code       text PRIMARY KEY,  -- its facts are in the schema reg_<code>
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
REVOKE INSERT, UPDATE, DELETE ON register FROM sidik_app;
GRANT SELECT ON register TO sidik_signer, sidik_auditor;
