-- Who read what is not for everybody: closed particulars, and all that an auditor looks at.
-- Reading is no act on an item, so it is no fact; but it is written down, and only added to.
CREATE TABLE reading (
    number     int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    by_id      text NOT NULL,  -- as acts name him
    as_role    text NOT NULL,
    what       text NOT NULL,  -- closed, trail, export ...
    subject_id uuid,           -- NULL: of no single subject
    detail     text NOT NULL   -- the question asked, never what was answered
);
CREATE INDEX reading_subject ON reading (subject_id, number) WHERE subject_id IS NOT NULL;
CREATE INDEX reading_officer ON reading (by_id, number);

CREATE TRIGGER reading_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON reading
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
ALTER TABLE reading ENABLE ALWAYS TRIGGER reading_is_append_only;
GRANT SELECT, INSERT ON reading TO sidik_app;
GRANT SELECT ON reading TO sidik_auditor;
