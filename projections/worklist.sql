-- What awaits a decision. Whose turn it is follows from the SOP and is asked when reading.

-- create --
CREATE TABLE {register}.worklist (
    id       uuid NOT NULL,
    decision text NOT NULL,         -- as in domain.procedure.DECISIONS
    kind     text NOT NULL,         -- item, decree, pledge
    unit     text NOT NULL,
    title    text NOT NULL,
    since    timestamptz NOT NULL,
    due_on   date,
    PRIMARY KEY (id, decision)
)

-- index --
CREATE INDEX worklist_oldest ON {register}.worklist (since, id)

-- page --
SELECT id, decision, kind, unit, title, since, due_on
  FROM {register}.worklist
 WHERE {filters}
 ORDER BY since, id, decision
 LIMIT %(limit)s

-- awaiting --
SELECT kind, decision, unit, count(*) AS tasks
  FROM {register}.worklist
 GROUP BY kind, decision, unit
 ORDER BY kind, decision, unit
