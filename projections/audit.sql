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
    unit         text NOT NULL,         -- of the subject from this fact on; "": of no single one
    flags        text[] NOT NULL        -- outside-sop, override, duty-missed
)

-- index --
ALTER TABLE {register}.audit ADD PRIMARY KEY (position);
CREATE INDEX audit_subject ON {register}.audit (id, version);
CREATE INDEX audit_officer ON {register}.audit (by_id, position);
CREATE INDEX audit_role ON {register}.audit (as_role, position);
CREATE INDEX audit_tag ON {register}.audit (tag, position);
CREATE INDEX audit_unit ON {register}.audit (unit, position);
CREATE INDEX audit_seldom ON {register}.audit (kind, position) WHERE kind <> 'item';
CREATE INDEX audit_sop ON {register}.audit (sop_key, position) WHERE sop_key <> '';
CREATE INDEX audit_cause ON {register}.audit USING hash (cause);
CREATE INDEX audit_day ON {register}.audit USING brin (on_date date_minmax_multi_ops);
CREATE INDEX audit_outside_sop ON {register}.audit (position) WHERE 'outside-sop' = ANY (flags);
CREATE INDEX audit_override ON {register}.audit (position) WHERE 'override' = ANY (flags);
CREATE INDEX audit_missed ON {register}.audit (position) WHERE 'duty-missed' = ANY (flags);
CREATE INDEX audit_backdated ON {register}.audit (position)
    WHERE on_date < (at AT TIME ZONE 'Asia/Jayapura')::date -- the zone where a day begins first

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

-- entries --
-- Along the trail, one way or the other.
SELECT audit.*, on_date < (at AT TIME ZONE %(zone)s)::date AS backdated
  FROM {register}.audit
 WHERE {filters}
 ORDER BY position {way}
 LIMIT %(limit)s

-- entries_of_units --
-- The same where only some units may be seen: so many of each, then so many of all.
SELECT entry.*, on_date < (at AT TIME ZONE %(zone)s)::date AS backdated
  FROM unnest(%(units)s::text[]) AS seen (seen_unit)
 CROSS JOIN LATERAL (SELECT * FROM {register}.audit
                      WHERE unit = seen_unit AND {filters}
                      ORDER BY position {way}
                      LIMIT %(limit)s) AS entry
 ORDER BY position {way}
 LIMIT %(limit)s

-- titles --
-- What the subjects of facts are called now.
SELECT id, title, unit FROM {register}.dik WHERE id = ANY (%(ids)s)
UNION ALL
SELECT id, CASE WHEN number = '' THEN title ELSE number END, unit
  FROM {register}.decree WHERE id = ANY (%(ids)s)
UNION ALL
SELECT id, CASE WHEN title = '' THEN draft_title ELSE title END, unit
  FROM {register}.pledge WHERE id = ANY (%(ids)s)
UNION ALL
SELECT id, name, unit FROM {register}.officer WHERE id = ANY (%(ids)s)

-- sops --
-- The SOPs that acts were done under, each found by one step along the index.
WITH RECURSIVE known (sop_key) AS (
    (SELECT sop_key FROM {register}.audit WHERE sop_key <> '' ORDER BY sop_key LIMIT 1)
    UNION ALL
    SELECT (SELECT audit.sop_key FROM {register}.audit
             WHERE audit.sop_key <> '' AND audit.sop_key > known.sop_key
             ORDER BY audit.sop_key LIMIT 1)
      FROM known WHERE known.sop_key IS NOT NULL
)
SELECT known.sop_key, pinned.sop_number
  FROM known
 CROSS JOIN LATERAL (SELECT sop_number FROM {register}.audit
                      WHERE audit.sop_key <> '' AND audit.sop_key = known.sop_key
                      ORDER BY position DESC LIMIT 1) AS pinned

-- actors --
-- Whoever acted, found alike.
WITH RECURSIVE known (by_id) AS (
    (SELECT by_id FROM {register}.audit ORDER BY by_id LIMIT 1)
    UNION ALL
    SELECT (SELECT audit.by_id FROM {register}.audit
             WHERE audit.by_id > known.by_id ORDER BY audit.by_id LIMIT 1)
      FROM known WHERE known.by_id IS NOT NULL
)
SELECT by_id FROM known WHERE by_id IS NOT NULL

-- changed --
-- Items whose state at one moment is not that at the other. Only a fact recorded, or taking
-- effect, between the two can have made the difference, so those are walked through, the latest
-- first; each item stands where its last such fact stands.
SELECT fact.position AS place, fact.id, was.was, now.now
  FROM {register}.audit AS fact
  LEFT JOIN LATERAL (SELECT to_jsonb(state) AS was, {compared} FROM {register}.dik_history AS state
         WHERE state.id = fact.id AND state.recorded_from <= %(a_position)s
           AND %(a_position)s < state.recorded_to AND state.effective_from <= %(a_on)s
           AND (%(a_on)s < state.effective_to OR %(a_position)s < state.end_known_from)
           AND {within}) AS was ON true
  LEFT JOIN LATERAL (SELECT to_jsonb(state) AS now, {compared} FROM {register}.dik_history AS state
         WHERE state.id = fact.id AND state.recorded_from <= %(b_position)s
           AND %(b_position)s < state.recorded_to AND state.effective_from <= %(b_on)s
           AND (%(b_on)s < state.effective_to OR %(b_position)s < state.end_known_from)
           AND {within}) AS now ON true
 WHERE fact.kind = 'item' AND {between}
   AND NOT EXISTS (SELECT FROM {register}.audit AS later
                    WHERE later.id = fact.id AND later.position > fact.position
                      AND {later_between})
   AND ({was}) IS DISTINCT FROM ({now})
 ORDER BY fact.position DESC
 LIMIT %(limit)s

-- between --
-- The facts of some items that lie between the two moments, in their order.
SELECT fact.*, on_date < (at AT TIME ZONE %(zone)s)::date AS backdated
  FROM {register}.audit AS fact
 WHERE fact.id = ANY (%(ids)s) AND {between} AND {seen}
 ORDER BY fact.position
 LIMIT %(limit)s

-- state --
-- How an item was known at a position, its latest state.
SELECT to_jsonb(state) AS state FROM {register}.dik_history AS state
 WHERE id = %(id)s AND recorded_from <= %(position)s AND %(position)s < recorded_to
   AND effective_from <= %(on)s AND (%(on)s < effective_to OR %(position)s < end_known_from)

-- counts_early --
-- The list at a position not far from the beginning.
SELECT status, count(*) AS items FROM {register}.dik_history AS state
 WHERE recorded_from <= %(position)s AND %(position)s < recorded_to
   AND effective_from <= %(on)s AND (%(on)s < effective_to OR %(position)s < end_known_from)
   AND {filters}
 GROUP BY status

-- counts_since --
-- What the items of which something was recorded since a position have come to be, and were.
WITH moved AS (SELECT DISTINCT id FROM {register}.audit
                WHERE position > %(position)s AND position <= %(upto)s AND kind = 'item'),
     known (at_position) AS (VALUES (%(position)s::int8), (%(upto)s::int8))
SELECT at_position, status, count(*) AS items
  FROM moved JOIN {register}.dik_history AS state USING (id) CROSS JOIN known
 WHERE recorded_from <= at_position AND at_position < recorded_to
   AND effective_from <= %(on)s AND (%(on)s < effective_to OR at_position < end_known_from)
   AND {filters}
 GROUP BY at_position, status
