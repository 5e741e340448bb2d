-- How far in the ledger the read models have read; moved in the transaction that writes them.

-- create --
CREATE TABLE {register}.bookmark (
    views    text PRIMARY KEY,
    position int8 NOT NULL,
    shape    text NOT NULL  -- digest of how the tables are declared
)

-- start --
INSERT INTO {register}.bookmark (views, position, shape) VALUES (%(views)s, 0, %(shape)s)

-- shaped --
SELECT shape FROM {register}.bookmark WHERE views = %(views)s

-- reshape --
UPDATE {register}.bookmark SET shape = %(shape)s WHERE views = %(views)s

-- read --
SELECT position FROM {register}.bookmark WHERE views = %(views)s

-- hold --
SELECT position FROM {register}.bookmark WHERE views = %(views)s FOR UPDATE

-- move --
UPDATE {register}.bookmark SET position = %(to)s
 WHERE views = %(views)s AND position = %(from)s
RETURNING position
