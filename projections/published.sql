-- What anybody may read. Every question here looks at published rows only.

-- touched --
-- Items ever published of which something was learned, took effect or ended between two moments.
-- Every change of a state begins a state (`dik_history.sql`), so beginnings tell them all.
WITH touched AS (
    SELECT id FROM {register}.dik_history
     WHERE recorded_from > %(first_position)s AND recorded_from <= %(last_position)s
    UNION
    SELECT id FROM {register}.dik_history
     WHERE effective_from > %(first_on)s AND effective_from <= %(last_on)s
    UNION
    SELECT id FROM {register}.dik_history
     WHERE published AND status = 'exempt'
       AND ends_on >= %(first_on)s AND ends_on < %(last_on)s
)
SELECT id FROM touched
 WHERE id > %(after)s
   AND EXISTS (SELECT FROM {register}.dik_history AS ever
                WHERE ever.id = touched.id AND ever.published)
 ORDER BY id
 LIMIT %(limit)s

-- states --
-- The published states of some items on a day, as known at a position.
SELECT {columns} FROM {register}.dik_history
 WHERE id = ANY(%(ids)s) AND published
   AND recorded_from <= %(position)s AND %(position)s < recorded_to
   AND effective_from <= %(on)s AND (%(on)s < effective_to OR %(position)s < end_known_from)

-- news --
-- The latest facts that may have changed what the public reads.
SELECT audit.id, audit.version, audit.recorded_at
  FROM {register}.audit JOIN {register}.dik USING (id)
 WHERE audit.tag = ANY(%(tags)s) AND dik.published
 ORDER BY audit.position DESC
 LIMIT %(limit)s

-- figures --
-- What ended unopened counts as open: the law says so, whether or not the clock has written it.
WITH entry AS (
    SELECT dik.*,
           status = 'exempt' AND (ends_on IS NULL OR %(on)s <= ends_on) AS closed,
           coalesce(opened_on, ends_on + 1) AS open_since
      FROM {register}.dik
     WHERE published
)
SELECT count(*) FILTER (WHERE closed) AS closed,
       count(*) FILTER (WHERE NOT closed) AS open,
       count(*) FILTER (WHERE closed AND ends_on IS NULL) AS endless,
       count(*) FILTER (WHERE closed AND period_kind = 'unlimited') AS unlimited,
       count(*) FILTER (WHERE closed AND ends_on > first_determined_on + interval '10 years')
           AS long,
       count(*) FILTER (WHERE closed AND ends_on IS NULL AND review_on < %(on)s) AS overdue,
       count(*) FILTER (WHERE closed AND first_determined_on < determined_on) AS again,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY %(on)s - first_determined_on)
           FILTER (WHERE closed) AS median_days,
       count(*) FILTER (WHERE NOT closed AND open_since >= date_trunc('year', %(on)s::date))
           AS opened_this_year
  FROM entry

-- by_huruf --
SELECT huruf AS name, count(*) AS items, count(*) FILTER (WHERE ends_on IS NULL) AS endless
  FROM {register}.dik,
       LATERAL (SELECT DISTINCT left(ground, 1) AS huruf FROM unnest(grounds) AS ground) AS own
 WHERE published AND status = 'exempt' AND (ends_on IS NULL OR %(on)s <= ends_on)
 GROUP BY huruf
 ORDER BY huruf

-- by_unit --
SELECT unit AS name, count(*) AS items, count(*) FILTER (WHERE ends_on IS NULL) AS endless
  FROM {register}.dik
 WHERE published AND status = 'exempt' AND (ends_on IS NULL OR %(on)s <= ends_on)
 GROUP BY unit
 ORDER BY items DESC, unit

-- openings --
-- By the year in which they came about and the ground of opening.
SELECT extract(year FROM coalesce(opened_on, ends_on + 1))::int4 AS year,
       coalesce(opened_why, 'by-law') AS why,
       count(*) AS items,
       count(*) FILTER (WHERE duty_missed) AS undecided
  FROM {register}.dik
 WHERE published AND (status = 'open' OR ends_on < %(on)s)
 GROUP BY year, why
 ORDER BY year DESC, items DESC
