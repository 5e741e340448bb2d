-- The ledger of one register: every fact, in the order in which it was recorded.

CREATE TABLE ledger_events (
    originator_id      uuid        NOT NULL,  -- whose history
    originator_version bigint      NOT NULL CHECK (originator_version > 0),
    notification_id    bigint      NOT NULL UNIQUE,  -- position: 1, 2, 3 ... without gaps
    recorded_at        timestamptz NOT NULL,  -- never earlier than at the position before
    topic              text        NOT NULL,  -- tag of the fact
    state              bytea       NOT NULL,  -- the fact and its stamp, as JSON
    PRIMARY KEY (originator_id, originator_version)
)
WITH (
    autovacuum_analyze_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.02
);

-- Who may record next: one at a time, and before a position is drawn. So positions become
-- visible in their order, and no reader ever passes one that is still to come.
CREATE FUNCTION ledger_turn(OUT last_position bigint, OUT recorded timestamptz)
LANGUAGE plpgsql SET search_path FROM CURRENT SET lock_timeout = '5s' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1, hashtext(current_schema()));
    SELECT notification_id, greatest(recorded_at, clock_timestamp())
      INTO last_position, recorded
      FROM ledger_events ORDER BY notification_id DESC LIMIT 1;
    IF NOT FOUND THEN
        last_position := 0;
        recorded := clock_timestamp();
    END IF;
    PERFORM pg_notify(current_schema(), '');
END $$;

-- Record events; saves[i] says to which save the i-th belongs, each whole or not at all.
-- Saves that find their place taken are left out and named in `taken`; the others' events
-- are at first_position and following, in the order given.
CREATE FUNCTION ledger_append(
    ids uuid[], versions bigint[], topics text[], states bytea[], saves int[],
    OUT first_position bigint, OUT taken int[]
)
LANGUAGE plpgsql SET search_path FROM CURRENT SET lock_timeout = '5s' AS $$
DECLARE
    recorded timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(1, hashtext(current_schema()));
    SELECT notification_id + 1, greatest(recorded_at, clock_timestamp())
      INTO first_position, recorded
      FROM ledger_events ORDER BY notification_id DESC LIMIT 1;
    IF NOT FOUND THEN
        first_position := 1;
        recorded := clock_timestamp();
    END IF;
    SELECT array_agg(DISTINCT given.save) INTO taken
      FROM unnest(ids, versions, saves) AS given (id, version, save),
           LATERAL (SELECT FROM ledger_events
                     WHERE originator_id = given.id AND originator_version = given.version
                     LIMIT 1) AS there;
    INSERT INTO ledger_events
           (originator_id, originator_version, notification_id, recorded_at, topic, state)
    SELECT id, version, first_position - 1 + row_number() OVER (ORDER BY place),
           recorded, topic, state
      FROM unnest(ids, versions, topics, states, saves) WITH ORDINALITY
           AS given (id, version, topic, state, save, place)
     WHERE taken IS NULL OR save <> ALL (taken)
     ORDER BY place;
    PERFORM pg_notify(current_schema(), '');
END $$;
