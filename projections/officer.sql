-- Officers, their posts, and by what right each may act on which days.

-- create --
CREATE TABLE {register}.officer (
    id            uuid PRIMARY KEY,
    version       int8 NOT NULL,
    position      int8 NOT NULL,
    recorded_at   timestamptz NOT NULL,
    latest_on     date NOT NULL,
    name          text NOT NULL,
    post          text NOT NULL,   -- jabatan
    unit          text NOT NULL,
    authorities   jsonb NOT NULL   -- role, unit, decree_no, since, until, acting, principal
)

-- index --
CREATE INDEX officer_name ON {register}.officer (name)

-- all --
SELECT {columns} FROM {register}.officer ORDER BY name, id
