-- Service pledges (maklumat pelayanan), one for each unit: what stands, and what is drafted.

-- create --
CREATE TABLE {register}.pledge (
    id            uuid PRIMARY KEY,
    version       int8 NOT NULL,
    position      int8 NOT NULL,
    recorded_at   timestamptz NOT NULL,
    latest_on     date NOT NULL,
    since         timestamptz NOT NULL,  -- when it came to its present status
    status        text NOT NULL,         -- domain.pledge.Status
    unit          text NOT NULL,
    draft_title   text NOT NULL,         -- "": nothing is drafted
    draft_since   timestamptz,
    title         text NOT NULL,         -- of what stands; "": nothing yet
    number        text NOT NULL,
    determined_on date,
    returned      text NOT NULL,         -- why the draft came back
    channels      int4 NOT NULL,
    announced_on  date
)

-- index --
CREATE INDEX pledge_unit ON {register}.pledge (unit)

-- all --
SELECT {columns} FROM {register}.pledge ORDER BY unit, id
