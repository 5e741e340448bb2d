-- Lists being taken over: the file as it was sent, how it is read, and what becomes of each row.
-- Nothing of this is a fact; only rows that are taken become facts of the ledger. Everything
-- here may hold personal data and is dropped after a while.
CREATE TABLE import_job (
    id         uuid PRIMARY KEY,
    by_id      text NOT NULL,         -- the officer who sent it
    as_role    text NOT NULL,         -- only his office sees it
    unit       text NOT NULL,         -- stands in where the list names none
    file       text NOT NULL,         -- its name
    content    bytea NOT NULL,
    digest     text NOT NULL,         -- sha256 of the content
    sheet      text NOT NULL DEFAULT '',
    looks      jsonb NOT NULL,        -- the sheet's first rows, as read
    columns    jsonb,                 -- what the officer settled: {"chosen": {...}, "begins": 4}
    stage      text NOT NULL DEFAULT 'columns',
    wanted_by  text NOT NULL DEFAULT '',  -- who signs the rows now being taken over
    done       int NOT NULL DEFAULT 0,
    rows       int NOT NULL DEFAULT 0,
    notes      jsonb NOT NULL DEFAULT '[]',
    matched    jsonb NOT NULL DEFAULT '{}',  -- the columns by which the rows were read
    checked_at timestamptz,
    read_on    date,                  -- by the law of which day
    trouble    jsonb NOT NULL DEFAULT '[]',  -- why it was broken off
    beaten_at  timestamptz,           -- when whoever works on it last said so
    created_at timestamptz NOT NULL,
    ended_at   timestamptz,
    expires_at timestamptz NOT NULL,
    CHECK (stage IN ('columns', 'checking', 'checked', 'running', 'paused', 'done'))
);
CREATE INDEX import_job_created ON import_job (created_at DESC, id);

CREATE TABLE import_row (
    job     uuid NOT NULL REFERENCES import_job (id) ON DELETE CASCADE,
    row     int NOT NULL,             -- as the spreadsheet numbers it
    entry   jsonb NOT NULL,           -- what it says
    mended  jsonb,                    -- what the officer said of it
    outcome text NOT NULL,            -- taken, refused, duplicate
    problem bool NOT NULL,            -- something is to be looked at
    near    bool NOT NULL,            -- something else is much like it
    item_id uuid,
    title   text NOT NULL,
    result  jsonb NOT NULL,           -- what becomes of it, whole
    done    bool NOT NULL DEFAULT false,  -- it is on the register
    PRIMARY KEY (job, row)
);
CREATE INDEX import_row_item ON import_row (job, item_id);
CREATE INDEX import_row_problem ON import_row (job, row) WHERE problem;
CREATE INDEX import_row_waiting ON import_row (job, row) WHERE outcome = 'taken' AND NOT done;
GRANT SELECT, INSERT, UPDATE, DELETE ON import_job, import_row TO sidik_app;
