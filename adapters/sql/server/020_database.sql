-- What each role may do in the database itself; by the superuser, in it. May be repeated.
-- The database belongs to the superuser: its owner could drop it.
DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format(
        'GRANT CONNECT ON DATABASE %I TO sidik_migrator, sidik_app, sidik_signer, sidik_auditor',
        current_database()
    );
    -- A register is a schema, and schemas are made by upgrades alone.
    EXECUTE format('GRANT CREATE ON DATABASE %I TO sidik_owner', current_database());
    EXECUTE format('REVOKE CREATE ON DATABASE %I FROM sidik_app', current_database());
END $$;
