-- The audit trail: one row for each fact, whoever it is about. What was said is in the ledger;
-- who did it, when, in which office and under which procedure is here.

-- create --
CREATE TABLE {register}.audit (
    position     int8 NOT NULL,
    id           uuid NOT NULL,         -- whose history
    version      int8 NOT NULL,         -- place in that history
    recorded_at  timestamptz NOT NULL,  -- by the database
    at           timestamptz NOT NULL,  -- when it was decided
    on_date      date NOT NULL,         -- local day on which it takes effect
    cause        text NOT NULL,
    kind         text NOT NULL,         -- item, decree, officer ...
    tag          text NOT NULL,
    by_id        text NOT NULL,
    as_role      text NOT NULL,
    principal    text NOT NULL,
    delegation   text NOT NULL,
    sop_key      text NOT NULL,         -- "": under no SOP
    sop_number   text NOT NULL,
    sop_revision text NOT NULL,
    sop_step     int4,
    sop_in_force bool,
    flags        text[] NOT NULL        -- outside-sop, override, duty-missed
)

-- index --
ALTER TABLE {register}.audit ADD PRIMARY KEY (position);
CREATE INDEX audit_subject ON {register}.audit (id, version);
CREATE INDEX audit_officer ON {register}.audit (by_id, position)

-- of_subject --
-- Backdated where it takes effect before the local day on which it was decided.
SELECT audit.*, on_date < (at AT TIME ZONE %(zone)s)::date AS backdated
  FROM {register}.audit
 WHERE id = %(id)s
 ORDER BY version

-- page --
SELECT audit.*, on_date < (at AT TIME ZONE %(zone)s)::date AS backdated
  FROM {register}.audit
 WHERE {filters}
 ORDER BY position DESC
 LIMIT %(limit)s
