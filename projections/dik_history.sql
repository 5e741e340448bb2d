-- The list at every date, as it was known at every time. A row is a state of an item; it is the
-- one to be shown for the day D, known at the ledger position P, if and only if
--
--     recorded_from <= P AND P < recorded_to
--     AND effective_from <= D AND (D < effective_to OR P < end_known_from)
--
-- The last line is what saves a row per fact: that a state has ended is itself something that
-- was learned at a position, and before that position the state goes on without end.

-- create --
CREATE TABLE {register}.dik_history (
    LIKE {register}.dik,
    recorded_from  int8 NOT NULL,
    recorded_to    int8 NOT NULL,  -- 9223372036854775807: still held to be true
    effective_from date NOT NULL,
    effective_to   date NOT NULL,  -- 9999-12-31: without end
    end_known_from int8 NOT NULL
)

-- index --
ALTER TABLE {register}.dik_history ADD PRIMARY KEY (id, effective_from, recorded_from);
CREATE INDEX dik_history_sorted ON {register}.dik_history (sort_key, id)
    INCLUDE (effective_from, effective_to, recorded_from, recorded_to, end_known_from, status, unit,
             determined_on);
CREATE INDEX dik_history_published ON {register}.dik_history (sort_key, id)
    INCLUDE (effective_from, effective_to, recorded_from, recorded_to, end_known_from, status, unit,
             determined_on)
    WHERE published;
CREATE INDEX dik_history_held ON {register}.dik_history (sort_key, id) WHERE held;
CREATE INDEX dik_history_begun ON {register}.dik_history (effective_from);
CREATE INDEX dik_history_recorded ON {register}.dik_history (recorded_from)

-- page --
-- Which states are shown is found in the index alone; only they are then fetched.
WITH shown AS (
    SELECT id, effective_from, recorded_from, sort_key
      FROM {register}.dik_history AS state
     WHERE recorded_from <= %(position)s AND %(position)s < recorded_to
       AND effective_from <= %(on)s AND (%(on)s < effective_to OR %(position)s < end_known_from)
       AND {filters}
     ORDER BY sort_key, id
     LIMIT %(limit)s
)
SELECT {columns}
  FROM {register}.dik_history JOIN shown USING (id, effective_from, recorded_from, sort_key)
 ORDER BY sort_key, id

-- early --
-- The same for a day or a position before which little had happened: gathered, then sorted.
WITH begun AS MATERIALIZED (
    SELECT * FROM {register}.dik_history
     WHERE recorded_from <= %(position)s AND effective_from <= %(on)s
)
SELECT {columns} FROM begun AS state
 WHERE %(position)s < recorded_to
   AND (%(on)s < effective_to OR %(position)s < end_known_from)
   AND {filters}
 ORDER BY sort_key, id
 LIMIT %(limit)s

-- early_day --
-- The day by which the first states had begun: up to here gathering is the quicker way.
SELECT effective_from FROM {register}.dik_history
 ORDER BY effective_from OFFSET %(states)s LIMIT 1

-- end --
-- The last state of an item ends, or was superseded on the very day it began.
UPDATE {register}.dik_history AS state
   SET recorded_to = ended.recorded_to,
       effective_to = ended.effective_to,
       end_known_from = ended.end_known_from
  FROM unnest(%(id)s::uuid[], %(effective_from)s::date[], %(recorded_from)s::int8[],
              %(recorded_to)s::int8[], %(effective_to)s::date[], %(end_known_from)s::int8[])
       AS ended (id, effective_from, recorded_from, recorded_to, effective_to, end_known_from)
 WHERE state.id = ended.id
   AND state.effective_from = ended.effective_from
   AND state.recorded_from = ended.recorded_from
