-- The roles of an installation, for a whole server; by its superuser, once. May be repeated.
-- Who logs in gets a password elsewhere: none stands in a file of the program.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['sidik_owner', 'sidik_log'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
    END LOOP;
    FOREACH wanted IN ARRAY
            ARRAY['sidik_migrator', 'sidik_app', 'sidik_signer', 'sidik_auditor'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', wanted);
        END IF;
    END LOOP;
END $$;

-- Upgrades are made as the owner; nobody else may become the owner, or the log.
GRANT sidik_owner, sidik_log TO sidik_migrator WITH INHERIT FALSE, SET TRUE;
ALTER ROLE sidik_migrator SET role = 'sidik_owner';
