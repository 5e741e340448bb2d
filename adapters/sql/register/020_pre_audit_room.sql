-- Trails that were taken out of the house: what was asked, why, and the file itself, for ever.
CREATE TABLE trail_export (
    number       int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL,
    by_id        text NOT NULL,   -- as acts name him
    as_role      text NOT NULL,
    units        text[],          -- those he might see; NULL: all
    cause        text NOT NULL,   -- the key of the form it was asked with
    purpose      text NOT NULL CHECK (purpose <> ''),
    filter       jsonb NOT NULL,
    position     int8 NOT NULL,   -- of the last fact in the ledger when it was made
    facts        int4 NOT NULL,
    content_hash text NOT NULL,   -- sha256 of the facts in it, as the file says itself
    format       text NOT NULL,   -- csv, json, xlsx
    sha256       text NOT NULL,   -- of the file
    bytes        int8 NOT NULL,   -- of the file
    packed       bytea NOT NULL   -- the file, by zlib
);
ALTER TABLE trail_export ALTER COLUMN packed SET STORAGE EXTERNAL;
CREATE INDEX trail_export_officer ON trail_export (by_id, number);
CREATE UNIQUE INDEX trail_export_once ON trail_export (by_id, cause);

CREATE TRIGGER trail_export_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON trail_export
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
ALTER TABLE trail_export ENABLE ALWAYS TRIGGER trail_export_is_append_only;
GRANT SELECT, INSERT ON trail_export TO sidik_app;
GRANT SELECT ON trail_export TO sidik_auditor;

-- Whether what is shown is what was recorded: when it was looked into, by whom, what came of it.
CREATE TABLE integrity_check (
    number      int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL,  -- when it was asked for
    by_id       text NOT NULL,
    as_role     text NOT NULL,
    upto        int8 NOT NULL,         -- position up to which it looks
    done        int8 NOT NULL DEFAULT 0,
    touched_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    differing   int4,                  -- cells or rows not as the ledger says
    examples    jsonb,                 -- the first of them: view, key, column
    missing     int8,                  -- positions that are not there
    broken      int8,                  -- histories with a fact missing
    unguarded   text[],                -- tables that could be changed
    trouble     text NOT NULL DEFAULT ''  -- why it could not be finished
);

CREATE FUNCTION integrity_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.finished_at IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what a check found stays as it is (%)', TG_OP
          USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER integrity_check_stays
    BEFORE UPDATE OR DELETE ON integrity_check
    FOR EACH ROW EXECUTE FUNCTION integrity_refuse_change();
ALTER TABLE integrity_check ENABLE ALWAYS TRIGGER integrity_check_stays;
GRANT SELECT, INSERT, UPDATE ON integrity_check TO sidik_app;
GRANT SELECT ON integrity_check TO sidik_auditor;
