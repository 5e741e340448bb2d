-- A fact is never changed and never removed, not even by ourselves.

CREATE FUNCTION ledger_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'facts are only ever added to the ledger (%)', TG_OP
          USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER ledger_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_events
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
-- Also while session_replication_role keeps ordinary triggers quiet.
ALTER TABLE ledger_events ENABLE ALWAYS TRIGGER ledger_is_append_only;
