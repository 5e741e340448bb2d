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
    status   text NOT NULL,         -- of the item, decree or pledge
    grounds  text[] NOT NULL,
    number   text NOT NULL,         -- of the decree or pledge; "": none yet
    ends_on  date                   -- last day of exemption
)

-- complete --
-- Tasks are searched as the list is, see dik.sql.
ALTER TABLE {register}.worklist ADD COLUMN search tsvector GENERATED ALWAYS AS (
    to_tsvector('simple', translate(title || ' ' || number || ' ' || unit,
        '/._-:,@<>&+~=?#', '               '))
    || to_tsvector('indonesian', translate(title, '/._-:,@<>&+~=?#', '               '))
) STORED

-- index --
ALTER TABLE {register}.worklist ADD PRIMARY KEY (id, decision);
CREATE INDEX worklist_unit ON {register}.worklist
    (kind, decision, unit, coalesce(due_on, '9999-12-31'), since, id);
CREATE INDEX worklist_all ON {register}.worklist
    (kind, decision, coalesce(due_on, '9999-12-31'), since, id);
CREATE INDEX worklist_search ON {register}.worklist USING gin (search, grounds)

-- of_subject --
SELECT {columns} FROM {register}.worklist
 WHERE {filters}
 ORDER BY since, id, decision
 LIMIT %(limit)s

-- turns --
-- An office is a set of turns: a decision in one unit, or (unit NULL) in all of them. Each turn
-- is one scan of an index that stops as soon as a page is full.
turn AS (
    SELECT * FROM unnest(%(kinds)s::text[], %(decisions)s::text[], %(units)s::text[])
                  AS turn (kind, decision, unit)
), found AS MATERIALIZED (
    SELECT * FROM {register}.worklist AS state WHERE {words} LIMIT %(words_most)s
)

-- page --
-- The most pressing first; what has no day comes last, the longest waiting before the others.
WITH {turns}, key AS (
    SELECT task.* FROM turn CROSS JOIN LATERAL (
        SELECT state.id, state.decision, coalesce(due_on, '9999-12-31') AS due, since
          FROM {tasks} AS state
         WHERE state.kind = turn.kind AND state.decision = turn.decision
           AND state.unit = turn.unit AND {filters}
         ORDER BY coalesce(due_on, '9999-12-31'), since, state.id
         LIMIT %(limit)s) AS task
     WHERE turn.unit IS NOT NULL
    UNION ALL
    SELECT task.* FROM turn CROSS JOIN LATERAL (
        SELECT state.id, state.decision, coalesce(due_on, '9999-12-31') AS due, since
          FROM {tasks} AS state
         WHERE state.kind = turn.kind AND state.decision = turn.decision AND {filters}
         ORDER BY coalesce(due_on, '9999-12-31'), since, state.id
         LIMIT %(limit)s) AS task
     WHERE turn.unit IS NULL
     ORDER BY due, since, id, decision
     LIMIT %(limit)s
)
SELECT {columns} FROM key JOIN {register}.worklist USING (id, decision, since)
 ORDER BY key.due, since, id, decision

-- spans --
-- How many tasks are due within each span of days, counted no further than to so many.
WITH {turns}, span AS (
    SELECT * FROM unnest(%(names)s::text[], %(firsts)s::date[], %(lasts)s::date[])
                  AS span (name, first, last)
)
SELECT span.name, count(task.since) AS tasks, min(task.due) AS first_due,
       min(task.since) AS oldest, count(*) FILTER (WHERE task.due = span.first) AS on_first
  FROM span LEFT JOIN LATERAL (
    SELECT task.* FROM turn CROSS JOIN LATERAL (
        SELECT coalesce(due_on, '9999-12-31') AS due, since FROM {tasks} AS state
         WHERE state.kind = turn.kind AND state.decision = turn.decision
           AND state.unit = turn.unit
           AND coalesce(due_on, '9999-12-31') BETWEEN span.first AND span.last AND {filters}
         ORDER BY coalesce(due_on, '9999-12-31'), since, state.id
         LIMIT %(limit)s) AS task
     WHERE turn.unit IS NOT NULL
    UNION ALL
    SELECT task.* FROM turn CROSS JOIN LATERAL (
        SELECT coalesce(due_on, '9999-12-31') AS due, since FROM {tasks} AS state
         WHERE state.kind = turn.kind AND state.decision = turn.decision
           AND coalesce(due_on, '9999-12-31') BETWEEN span.first AND span.last AND {filters}
         ORDER BY coalesce(due_on, '9999-12-31'), since, state.id
         LIMIT %(limit)s) AS task
     WHERE turn.unit IS NULL
     LIMIT %(limit)s) AS task ON true
 GROUP BY span.name

-- matching --
SELECT count(*) AS count
  FROM (SELECT FROM {register}.worklist AS state WHERE {words} LIMIT %(words_most)s) AS matched

-- awaiting --
SELECT kind, decision, unit, count(*) AS tasks
  FROM {register}.worklist
 GROUP BY kind, decision, unit
 ORDER BY kind, decision, unit

-- load --
-- Per unit: what awaits anybody, and what of it is late.
SELECT unit, count(*) AS tasks, count(*) FILTER (WHERE due_on < %(on)s) AS late,
       min(since) AS oldest
  FROM {register}.worklist
 WHERE {filters}
 GROUP BY unit
