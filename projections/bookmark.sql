-- How far in the ledger the read models have read; moved in the transaction that writes them.

-- create --
CREATE TABLE {register}.bookmark (
    views    text PRIMARY KEY,
    position int8 NOT NULL
)

-- start --
INSERT INTO {register}.bookmark (views, position) VALUES (%(views)s, 0) ON CONFLICT DO NOTHING

-- read --
SELECT position FROM {register}.bookmark WHERE views = %(views)s

-- hold --
SELECT position FROM {register}.bookmark WHERE views = %(views)s FOR UPDATE

-- move --
UPDATE {register}.bookmark SET position = %(to)s
 WHERE views = %(views)s AND position = %(from)s
RETURNING position
