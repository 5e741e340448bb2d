-- What the clock will ask for. Rows leave when their duty is done, so that the cost of a day
-- grows with what is due on it.

-- create --
CREATE TABLE {register}.due (
    id               uuid NOT NULL,  -- the item
    kind             text NOT NULL,  -- notice, lapse, review, event
    due_on           date NOT NULL,  -- first day on which there is something to do
    window_to        date,           -- working days were counted from due_on to here
    calendar_version int4,           -- by this calendar
    PRIMARY KEY (id, kind)
)

-- index --
CREATE INDEX due_on ON {register}.due (due_on, id)

-- due --
SELECT id, kind, due_on, window_to, calendar_version
  FROM {register}.due
 WHERE due_on <= %(on)s
 ORDER BY due_on, id, kind

-- touching --
-- Deadlines counted over a day that has changed, by a calendar that did not know it yet.
SELECT id, kind, due_on, window_to, calendar_version
  FROM {register}.due
 WHERE window_to IS NOT NULL
   AND EXISTS (SELECT FROM unnest(%(days)s::date[]) AS day
                WHERE day BETWEEN due_on AND window_to)
 ORDER BY due_on, id, kind

-- spans --
-- How many notices were counted over which days.
SELECT due_on, window_to, count(*) AS items
  FROM {register}.due
 WHERE kind = 'notice' AND {filters}
 GROUP BY due_on, window_to
 ORDER BY due_on, window_to

-- over --
-- The items whose notices were counted over these spans.
SELECT due.id, dik.title, dik.unit, due.due_on, due.window_to
  FROM {register}.due
  JOIN unnest(%(from)s::date[], %(to)s::date[]) AS span (due_on, window_to)
    USING (due_on, window_to)
  JOIN {register}.dik ON dik.id = due.id
 WHERE due.kind = 'notice'
 ORDER BY due.due_on, dik.sort_key, due.id
 LIMIT %(limit)s
