-- Decrees (surat penetapan) and their drafts, with annex and lineage.

-- create --
CREATE TABLE {register}.decree (
    id                uuid PRIMARY KEY,
    version           int8 NOT NULL,
    position          int8 NOT NULL,
    recorded_at       timestamptz NOT NULL,
    latest_on         date NOT NULL,
    since             timestamptz NOT NULL,  -- when it came to its present stage
    stage             text NOT NULL,         -- domain.decree.Stage
    title             text NOT NULL,
    unit              text NOT NULL,
    items             uuid[] NOT NULL,
    returned          text NOT NULL,         -- why the draft came back
    number            text NOT NULL,
    place             text NOT NULL,
    dated             date,
    official          text NOT NULL,
    official_position text NOT NULL,
    lines             jsonb NOT NULL,        -- the annex: item, version, title, grounds, period, ends_on
    supersedes        uuid,
    effect            text,                  -- amends, replaces
    superseded_by     jsonb NOT NULL         -- by, number, effect
)

-- index --
CREATE INDEX decree_latest ON {register}.decree (dated DESC, id);
CREATE INDEX decree_newest ON {register}.decree (coalesce(dated, '9999-12-31') DESC, id DESC);
CREATE INDEX decree_open ON {register}.decree (id) WHERE stage IN ('draft', 'approved')

-- newest --
-- What is not signed yet first, then the latest.
SELECT {columns} FROM {register}.decree
 WHERE {filters}
 ORDER BY coalesce(dated, '9999-12-31') DESC, id DESC
 LIMIT %(limit)s

-- drafted --
-- The items that stand on a draft: it is the draft that awaits a decision.
SELECT DISTINCT unnest(items) AS id FROM {register}.decree
 WHERE stage IN ('draft', 'approved')

-- page --
-- Drafts first, then the latest decree.
SELECT {columns} FROM {register}.decree
 WHERE {filters}
 ORDER BY dated DESC, number, id
 LIMIT %(limit)s
