-- What the figures of a register are counted from: a narrow row for each exempt item, and for
-- each that opened because nobody had decided. It changes only where a figure does.

-- create --
CREATE TABLE {register}.outlook (
    id         uuid NOT NULL,
    unit       text NOT NULL,
    lapsed     bool NOT NULL,  -- it opened by law because nobody had decided
    huruf      text NOT NULL,  -- all huruf of Pasal 17 it rests on, in order: "ah"
    since      date NOT NULL,  -- first determined
    determined date NOT NULL,  -- latest determined
    ends_on    date,           -- last day of exemption; the day it opened, for what lapsed
    review_on  date,
    reviewed   bool NOT NULL   -- tested anew or reviewed after it was first determined
)

-- index --
ALTER TABLE {register}.outlook ADD PRIMARY KEY (id);
CREATE INDEX outlook_ends ON {register}.outlook (ends_on, id) WHERE NOT lapsed;
CREATE INDEX outlook_review ON {register}.outlook (review_on, id) WHERE NOT lapsed;
CREATE INDEX outlook_endless ON {register}.outlook (since, id)
    WHERE NOT lapsed AND ends_on IS NULL;
CREATE INDEX outlook_long ON {register}.outlook (since, id)
    WHERE NOT lapsed AND ends_on > determined + interval '10 years';
CREATE INDEX outlook_untouched ON {register}.outlook (since, id)
    WHERE NOT lapsed AND NOT reviewed;
CREATE INDEX outlook_lapsed ON {register}.outlook (ends_on, id) WHERE lapsed

-- units --
SELECT unit,
       count(*) FILTER (WHERE NOT lapsed) AS items,
       count(*) FILTER (WHERE NOT lapsed AND ends_on IS NULL) AS endless,
       count(*) FILTER (WHERE NOT lapsed AND ends_on IS NULL AND huruf ~ '[a-f]') AS unbounded,
       count(*) FILTER (WHERE NOT lapsed AND ends_on > determined + interval '10 years') AS long,
       count(*) FILTER (WHERE NOT lapsed AND NOT reviewed AND since < %(year_ago)s) AS untouched,
       count(*) FILTER (WHERE NOT lapsed AND review_on < %(on)s) AS overdue,
       count(*) FILTER (WHERE NOT lapsed AND ends_on BETWEEN %(on)s AND %(month)s) AS ends_1,
       count(*) FILTER (WHERE NOT lapsed AND ends_on BETWEEN %(on)s AND %(quarter)s) AS ends_3,
       count(*) FILTER (WHERE NOT lapsed AND ends_on BETWEEN %(on)s AND %(year)s) AS ends_12,
       count(*) FILTER (WHERE lapsed) AS lapsed
  FROM {register}.outlook
 WHERE {filters}
 GROUP BY unit

-- months --
SELECT date_trunc('month', ends_on)::date AS month, count(*) AS items
  FROM {register}.outlook
 WHERE NOT lapsed AND ends_on BETWEEN %(on)s AND %(year)s AND {filters}
 GROUP BY 1
 ORDER BY 1

-- ages --
SELECT date_trunc('month', since)::date AS since, count(*) AS items
  FROM {register}.outlook
 WHERE NOT lapsed AND {filters}
 GROUP BY 1
 ORDER BY 1

-- grounds --
SELECT unit, huruf, count(*) AS items
  FROM {register}.outlook
 WHERE NOT lapsed AND {filters}
 GROUP BY unit, huruf

-- lapses --
SELECT date_trunc('month', ends_on)::date AS month, count(*) AS items
  FROM {register}.outlook
 WHERE lapsed AND {filters}
 GROUP BY 1
 ORDER BY 1

-- items --
SELECT dik.id, dik.title, dik.unit, dik.grounds, dik.period_words, dik.ends_on, dik.review_on,
       dik.decree_no, dik.status, dik.opened_on, outlook.since, outlook.determined
  FROM {register}.outlook JOIN {register}.dik USING (id)
 WHERE {filters}
 ORDER BY {order}, id
 LIMIT %(limit)s

-- latest --
-- The items determined last, whose services are measured.
SELECT id, unit FROM {register}.outlook
 WHERE NOT lapsed AND {filters}
 ORDER BY determined DESC, id
 LIMIT %(limit)s
