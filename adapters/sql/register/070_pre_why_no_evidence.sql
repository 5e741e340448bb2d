-- The sentence that says why there is none stays as it is written; what fills it in stands beside
-- it, so that each reader is told in his own language.
ALTER TABLE evidence_file ADD COLUMN trouble_with jsonb NOT NULL DEFAULT '{}';
