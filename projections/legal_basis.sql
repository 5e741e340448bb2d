-- The instruments each item's latest test rests on, and what has happened to instruments.

-- create --
CREATE TABLE {register}.legal_basis (
    id        uuid NOT NULL,  -- the item
    law       text NOT NULL,  -- uu-14-2008
    tested_on date NOT NULL,
    PRIMARY KEY (id, law)
)

-- index --
CREATE INDEX legal_basis_law ON {register}.legal_basis (law, tested_on)

-- stale --
-- Items that stay closed by a test older than a change of the law it rests on.
SELECT basis.id, dik.title, dik.unit, basis.law, basis.tested_on,
       change.what, change.by, change.changed_on
  FROM {register}.law_change AS change
  JOIN {register}.legal_basis AS basis
    ON basis.law = change.law AND basis.tested_on < change.changed_on
  JOIN {register}.dik ON dik.id = basis.id
 WHERE dik.status IN ('tested', 'approved', 'exempt') AND change.changed_on <= %(on)s
 ORDER BY change.changed_on, dik.sort_key, basis.id

-- resting --
-- Items that stay closed by a test that rests on an instrument, tested within these days.
SELECT basis.id, dik.title, dik.unit, dik.status, basis.tested_on
  FROM {register}.legal_basis AS basis
  JOIN {register}.dik ON dik.id = basis.id
 WHERE {filters} AND dik.status IN ('tested', 'approved', 'exempt')
 ORDER BY dik.sort_key, basis.id
 LIMIT %(limit)s

-- resting_count --
SELECT count(*) AS items
  FROM {register}.legal_basis AS basis
  JOIN {register}.dik ON dik.id = basis.id
 WHERE {filters} AND dik.status IN ('tested', 'approved', 'exempt')

-- under --
-- Items that are closed under one huruf of Pasal 17.
SELECT id, title, unit, ends_on
  FROM {register}.dik
 WHERE status = 'exempt'
   AND EXISTS (SELECT FROM unnest(grounds) AS code WHERE split_part(code, '.', 1) = %(huruf)s)
 ORDER BY sort_key, id
 LIMIT %(limit)s

-- under_count --
SELECT count(*) AS items
  FROM {register}.dik
 WHERE status = 'exempt'
   AND EXISTS (SELECT FROM unnest(grounds) AS code WHERE split_part(code, '.', 1) = %(huruf)s)
