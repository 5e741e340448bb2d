-- Where the last of the rows taken over stands in the ledger: one receipt is given for all of them.
ALTER TABLE import_job ADD COLUMN last_position int8;
