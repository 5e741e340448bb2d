-- What stood on the published list, snapshot by snapshot (potret). The facts say when and under
-- which root; here are the bytes they stand for, as they were written then.
CREATE TABLE publication_row (
    hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),  -- RFC 9162 leaf hash of the bytes
    json bytea NOT NULL
);
ALTER TABLE publication_row ALTER COLUMN json SET STORAGE MAIN;

-- A line holds for its snapshot and all later ones, up to the next line of that item: a snapshot
-- of many rows of which few have changed is few lines.
CREATE TABLE publication_line (
    item   uuid NOT NULL,
    number int8 NOT NULL,                           -- of the snapshot
    hash   bytea REFERENCES publication_row (hash),  -- NULL: no longer on the list
    PRIMARY KEY (item, number)
);
CREATE INDEX publication_line_number ON publication_line (number, item);

CREATE TABLE publication_snapshot (
    number   int8 PRIMARY KEY CHECK (number > 0),
    position int8 NOT NULL,         -- facts up to here count
    recorded int8 NOT NULL UNIQUE,  -- position of the fact that says so
    made_at  timestamptz NOT NULL,
    on_date  date NOT NULL,         -- in the body's zone
    rows     int8 NOT NULL,
    root     bytea NOT NULL,
    entered  int8 NOT NULL,         -- against the snapshot before
    "left"   int8 NOT NULL,
    changed  int8 NOT NULL
);
CREATE INDEX publication_snapshot_made ON publication_snapshot (made_at);

CREATE TRIGGER publication_row_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON publication_row
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER publication_line_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON publication_line
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER publication_snapshot_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON publication_snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
ALTER TABLE publication_row ENABLE ALWAYS TRIGGER publication_row_is_append_only;
ALTER TABLE publication_line ENABLE ALWAYS TRIGGER publication_line_is_append_only;
ALTER TABLE publication_snapshot ENABLE ALWAYS TRIGGER publication_snapshot_is_append_only;
GRANT SELECT, INSERT ON publication_row, publication_line, publication_snapshot TO sidik_app;
GRANT SELECT ON publication_row, publication_line, publication_snapshot TO sidik_auditor;
