-- How many items there are of each kind, so that nobody has to count a million of them.
-- Any combination of status, unit, year and huruf is a sum over few rows.

-- create --
CREATE TABLE {register}.tally (
    status    text NOT NULL,
    unit      text NOT NULL,
    year      int4 NOT NULL,  -- of the latest determination; 0: none
    huruf     text NOT NULL,  -- all huruf of Pasal 17 an item rests on, in order: "ah"
    published bool NOT NULL,
    items     int8 NOT NULL
) WITH (fillfactor = 50)

-- index --
ALTER TABLE {register}.tally ADD PRIMARY KEY (status, unit, year, huruf, published)

-- add --
INSERT INTO {register}.tally AS tally (status, unit, year, huruf, published, items)
SELECT * FROM unnest(%(status)s::text[], %(unit)s::text[], %(year)s::int4[], %(huruf)s::text[],
                     %(published)s::bool[], %(items)s::int8[])
    ON CONFLICT (status, unit, year, huruf, published)
    DO UPDATE SET items = tally.items + excluded.items

-- clear --
DELETE FROM {register}.tally WHERE items = 0

-- sums --
SELECT status, unit, year, huruf, sum(items)::int8 AS items
  FROM {register}.tally
 WHERE {filters}
 GROUP BY status, unit, year, huruf

-- by_status --
SELECT status, sum(items)::int8 AS items FROM {register}.tally WHERE {filters} GROUP BY status

-- facets --
-- For each thing that may be chosen, what choosing it would leave, the other choices kept.
SELECT 'status' AS facet, status AS value, sum(items)::int8 AS items
  FROM {register}.tally WHERE {but_status} GROUP BY status
UNION ALL
SELECT 'unit', unit, sum(items)::int8 FROM {register}.tally WHERE {but_unit} GROUP BY unit
UNION ALL
SELECT 'year', year::text, sum(items)::int8 FROM {register}.tally WHERE {but_year} GROUP BY year
UNION ALL
SELECT 'huruf', letter, sum(items)::int8
  FROM {register}.tally CROSS JOIN LATERAL unnest(string_to_array(huruf, NULL)) AS letter
 WHERE {but_huruf} GROUP BY letter
