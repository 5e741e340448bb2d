-- What each role may do in the database itself; by the superuser, in it. May be repeated.
-- The database belongs to the superuser: its owner could drop it.
DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format(
        'GRANT CONNECT ON DATABASE %I TO sidik_migrator, sidik_app, sidik_signer, sidik_auditor',
        current_database()
    );
    -- A register is a schema; read models are built beside the old ones in schemas that pass.
    EXECUTE format(
        'GRANT CREATE ON DATABASE %I TO sidik_owner, sidik_app', current_database()
    );
END $$;
