-- What has happened to instruments of law, as the law register was told.

-- create --
CREATE TABLE {register}.law_change (
    position   int8 PRIMARY KEY,  -- of the fact
    law        text NOT NULL,     -- uu-14-2008
    what       text NOT NULL,     -- replaced, amended
    by         text NOT NULL,     -- by which instrument
    changed_on date               -- NULL: not known to us
)

-- index --
CREATE INDEX law_change_law ON {register}.law_change (law, changed_on)
