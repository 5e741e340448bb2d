-- The web and the clockwork keep here what is no fact.
-- Of all this the signer and the auditor see only which registers there are.
GRANT USAGE ON SCHEMA @schema@ TO sidik_app, sidik_signer, sidik_auditor;
GRANT SELECT ON migration TO sidik_app, sidik_signer, sidik_auditor;
ALTER DEFAULT PRIVILEGES IN SCHEMA @schema@
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO sidik_app;
