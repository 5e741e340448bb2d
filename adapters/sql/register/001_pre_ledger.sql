-- The ledger of one register: every fact, in the order in which it was recorded.
GRANT USAGE ON SCHEMA @schema@ TO sidik_app, sidik_log, sidik_signer, sidik_auditor;
GRANT CREATE ON SCHEMA @schema@ TO sidik_app;  -- for its read models, which are its own
GRANT SELECT ON migration TO sidik_app, sidik_signer, sidik_auditor;

CREATE TABLE ledger_events (
    originator_id      uuid        NOT NULL,  -- whose history
    originator_version bigint      NOT NULL CHECK (originator_version > 0),
    notification_id    bigint      NOT NULL UNIQUE,  -- position: 1, 2, 3 ... without gaps
    recorded_at        timestamptz NOT NULL,  -- never earlier than at the position before
    topic              text        NOT NULL CHECK (topic COLLATE "C" ~ '^[!-~]{1,200}$'),
    state              bytea       NOT NULL,  -- the fact and its stamp, as JSON
    PRIMARY KEY (originator_id, originator_version)
)
WITH (
    autovacuum_analyze_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.02
);
GRANT SELECT ON ledger_events TO sidik_app, sidik_log, sidik_signer, sidik_auditor;

-- Record events; saves[i] says to which save the i-th belongs, each whole or not at all. The
-- answer begins with the last position before; after it come the saves that found their place
-- taken and were left out. The events of the others are at the positions following, in the
-- order given. Without events it only takes its turn, and keeps it until the transaction ends.
--
-- One transaction at a time, from before a position is drawn until it is committed: so positions
-- become visible in their order, and a reader that has seen one has missed none before it.
--
-- The only way in for those who may not write the table themselves, which is everybody.
CREATE FUNCTION ledger_append(
    ids uuid[], versions bigint[], topics text[], states bytea[], saves int[]
)
RETURNS bigint[]
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
SET enable_seqscan = off  -- a plan made while the ledger was small must not scan a large one
AS $$
DECLARE
    last_position bigint;
    recorded timestamptz;
    taken int[];
BEGIN
    PERFORM pg_advisory_xact_lock(1, hashtext('@schema@'));
    PERFORM pg_notify('@schema@', '');
    IF current_setting('synchronous_commit') = 'off' THEN  -- what is signed must not be lost
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    SELECT notification_id, greatest(recorded_at, clock_timestamp())
      INTO last_position, recorded
      FROM @schema@.ledger_events ORDER BY notification_id DESC LIMIT 1;
    IF NOT FOUND THEN
        last_position := 0;
        recorded := clock_timestamp();
    END IF;

    IF cardinality(ids) = 1 THEN  -- as most are; a tenth faster
        INSERT INTO @schema@.ledger_events
               (originator_id, originator_version, notification_id, recorded_at, topic, state)
        VALUES (ids[1], versions[1], last_position + 1, recorded, topics[1], states[1]);
        RETURN ARRAY[last_position];
    END IF;

    IF saves[1] <> saves[cardinality(saves)] THEN  -- one save alone may simply fail
        SELECT array_agg(DISTINCT given.save) INTO taken
          FROM unnest(ids, versions, saves) AS given (id, version, save),
               LATERAL (SELECT FROM @schema@.ledger_events
                         WHERE originator_id = given.id AND originator_version = given.version
                         LIMIT 1) AS there;
    END IF;
    INSERT INTO @schema@.ledger_events
           (originator_id, originator_version, notification_id, recorded_at, topic, state)
    SELECT id, version, last_position + row_number() OVER (ORDER BY place),
           recorded, topic, state
      FROM unnest(ids, versions, topics, states, saves) WITH ORDINALITY
           AS given (id, version, topic, state, save, place)
     WHERE taken IS NULL OR save <> ALL (taken);
    RETURN last_position || taken::bigint[];
END $$;
REVOKE ALL ON FUNCTION ledger_append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_append TO sidik_app;

-- The last position recorded at *instant* or before; 0 where there is none. Positions have no
-- gaps and their times never run backwards, so halving the ledger finds it without an index.
CREATE FUNCTION ledger_position_at(instant timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    below bigint := 0;
    above bigint := coalesce((SELECT max(notification_id) FROM @schema@.ledger_events), 0) + 1;
    middle bigint;
BEGIN
    WHILE above - below > 1 LOOP
        middle := (below + above) / 2;
        IF (SELECT recorded_at FROM @schema@.ledger_events
             WHERE notification_id = middle) <= instant
        THEN
            below := middle;
        ELSE
            above := middle;
        END IF;
    END LOOP;
    RETURN below;
END $$;
