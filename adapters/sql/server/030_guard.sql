-- Guards over what is only ever added to; by the superuser, in the database. May be repeated.
--
-- They stop accidents, and whoever has the powers of the owner. A superuser can switch them off
-- (SET event_triggers = off): only checkpoints that others hold stop him.
CREATE SCHEMA IF NOT EXISTS guard;
GRANT USAGE ON SCHEMA guard TO sidik_owner, sidik_auditor;

-- The registers whose evidence is complete: from then on its tables and functions stay as they
-- are, and by what names; they are known by their number, for a name could be changed first.
CREATE TABLE IF NOT EXISTS guard.sealed (
    schema_name name PRIMARY KEY,
    sealed_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE IF NOT EXISTS guard.kept (
    class  oid,
    object oid,
    PRIMARY KEY (class, object)
);
GRANT SELECT ON guard.sealed, guard.kept TO sidik_auditor;

CREATE OR REPLACE FUNCTION guard.is_guarded(in_schema name, called name) RETURNS bool
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM guard.sealed WHERE schema_name = in_schema)
       AND called ~ '^(ledger|log|reading|trail_export|publication)(_|$)'
$$;

CREATE OR REPLACE FUNCTION guard.is_guarded(of_class oid, of_object oid) RETURNS bool
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM guard.kept WHERE class = of_class AND object = of_object)
        OR EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.oid = of_object AND of_class = 'pg_class'::regclass
                      AND guard.is_guarded(n.nspname, c.relname))
        OR EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                    WHERE p.oid = of_object AND of_class = 'pg_proc'::regclass
                      AND guard.is_guarded(n.nspname, p.proname))
$$;

CREATE OR REPLACE FUNCTION guard.seal(wanted name) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO guard.sealed (schema_name) VALUES (wanted) ON CONFLICT DO NOTHING;
    INSERT INTO guard.kept
    SELECT 'pg_namespace'::regclass, oid FROM pg_namespace WHERE nspname = wanted
     UNION ALL
    SELECT 'pg_class'::regclass, oid FROM pg_class
     WHERE relnamespace = wanted::regnamespace AND guard.is_guarded(wanted, relname)
     UNION ALL
    SELECT 'pg_proc'::regclass, oid FROM pg_proc
     WHERE pronamespace = wanted::regnamespace AND guard.is_guarded(wanted, proname)
    ON CONFLICT DO NOTHING
$$;
-- For a later version that has to change what is guarded; sealed again once it has.
CREATE OR REPLACE FUNCTION guard.unseal(wanted name) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM guard.kept USING pg_class
     WHERE class = 'pg_class'::regclass AND object = pg_class.oid
       AND relnamespace = wanted::regnamespace;
    DELETE FROM guard.kept USING pg_proc
     WHERE class = 'pg_proc'::regclass AND object = pg_proc.oid
       AND pronamespace = wanted::regnamespace;
    DELETE FROM guard.kept WHERE class = 'pg_namespace'::regclass AND object = wanted::regnamespace;
    DELETE FROM guard.sealed WHERE schema_name = wanted
$$;
REVOKE ALL ON FUNCTION guard.unseal FROM PUBLIC;
REVOKE ALL ON FUNCTION guard.seal FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.seal TO sidik_owner;

-- Looks at what was touched in the catalog, not at how it is called there: the identity of a
-- rule or of a trigger begins with its own name.
CREATE OR REPLACE FUNCTION guard.refuse_change() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    command record;
    touched oid;
BEGIN
    FOR command IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE objid IS NOT NULL LOOP
        touched := CASE command.classid
            WHEN 'pg_class'::regclass THEN coalesce(
                (SELECT indrelid FROM pg_index WHERE indexrelid = command.objid), command.objid)
            WHEN 'pg_trigger'::regclass THEN
                (SELECT tgrelid FROM pg_trigger WHERE oid = command.objid)
            WHEN 'pg_rewrite'::regclass THEN
                (SELECT ev_class FROM pg_rewrite WHERE oid = command.objid)
            WHEN 'pg_policy'::regclass THEN
                (SELECT polrelid FROM pg_policy WHERE oid = command.objid)
            WHEN 'pg_constraint'::regclass THEN
                (SELECT conrelid FROM pg_constraint WHERE oid = command.objid)
        END;
        IF guard.is_guarded(command.classid, command.objid)
           OR guard.is_guarded('pg_class'::regclass, touched)
           OR EXISTS (SELECT FROM pg_inherits
                       WHERE inhrelid = touched
                         AND guard.is_guarded('pg_class'::regclass, inhparent))
        THEN
            RAISE EXCEPTION 'the evidence of a register stays as it is (% %)',
                  command.command_tag, command.object_identity
                  USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION guard.refuse_drop() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gone record;
BEGIN
    FOR gone IN SELECT * FROM pg_event_trigger_dropped_objects() LOOP
        IF guard.is_guarded(gone.address_names[1]::name, gone.address_names[2]::name)
           OR guard.is_guarded(gone.classid, gone.objid)
        THEN
            RAISE EXCEPTION 'the evidence of a register stays as it is (% %)',
                  TG_TAG, gone.object_identity
                  USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
END $$;

DROP EVENT TRIGGER IF EXISTS sidik_refuse_change;
CREATE EVENT TRIGGER sidik_refuse_change ON ddl_command_end EXECUTE FUNCTION guard.refuse_change();
ALTER EVENT TRIGGER sidik_refuse_change ENABLE ALWAYS;
DROP EVENT TRIGGER IF EXISTS sidik_refuse_drop;
CREATE EVENT TRIGGER sidik_refuse_drop ON sql_drop EXECUTE FUNCTION guard.refuse_drop();
ALTER EVENT TRIGGER sidik_refuse_drop ENABLE ALWAYS;
