-- What a look into the register found of its log: proven facts, or the first that is not as signed.
ALTER TABLE integrity_check
    ADD COLUMN proof jsonb,                            -- the verdict; NULL: contents were not read
    ADD COLUMN unproven text NOT NULL DEFAULT '';      -- why they were not

-- Evidence of an item being made for an officer. It may hold what is closed, so it is kept for an
-- hour and for him alone; that he was given it stands in `reading`, for ever.
CREATE TABLE evidence_file (
    id          uuid PRIMARY KEY,      -- of the question: the same one is answered once
    at          timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    by_id       text NOT NULL,
    as_role     text NOT NULL,
    item        uuid NOT NULL,
    copy        text NOT NULL,         -- majelis, umum
    form        text NOT NULL,         -- zip, pdf
    refused_on  date,
    known_on    date,
    basis       text NOT NULL,         -- the letter or case for which it is made
    touched_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    trouble     text NOT NULL DEFAULT '',  -- why there is none
    size        int8,                  -- of the checkpoint it is proven by
    covered     bool,                  -- every fact of the item is in it, proven to be all
    sha256      text,
    content     bytea
);
ALTER TABLE evidence_file ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX evidence_file_expires ON evidence_file (expires_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON evidence_file TO sidik_app;
