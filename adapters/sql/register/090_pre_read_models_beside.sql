-- Read models are built beside those that are being read, in schemas made for that: to make schemas
-- is a right over the whole database, which the web has no need of.
CREATE SCHEMA @schema@__new;
CREATE SCHEMA @schema@__compared;
GRANT USAGE, CREATE ON SCHEMA @schema@__new, @schema@__compared TO sidik_app;
