-- The log: of every fact a leaf of one Merkle tree (RFC 9162), made in the fact's own
-- transaction by a role that nobody logs in as. docs/evidence/formats.md has the exact bytes.
GRANT CREATE ON SCHEMA @schema@ TO sidik_log;
SET LOCAL ROLE sidik_log;

-- Under which name it is signed. Another name follows only where a log is declared new.
CREATE TABLE log_origin (
    number int PRIMARY KEY,
    origin text NOT NULL UNIQUE CHECK (origin COLLATE "C" ~ '^[!-*,-~]{1,200}$'),
    since  bigint NOT NULL  -- position of the first record that names it
);
INSERT INTO log_origin VALUES (1, format('sidik/%s-%s/log/1',
    replace(substr('@schema@', 5), '_', '-'), substr(md5(gen_random_uuid()::text), 1, 8)), 1);

CREATE TABLE log_leaf (
    position bigint PRIMARY KEY,  -- of the fact; the leaf's index is one less
    salt     bytea NOT NULL,      -- 32 bytes, of which 244 bits are random
    leaf     bytea NOT NULL       -- SHA-256 of the record
);

-- The roots of complete subtrees of 256, 65,536 ... leaves: proofs need no more than these.
CREATE TABLE log_subtree (
    level  smallint,  -- of 256^level leaves
    number bigint,    -- 0, 1, 2 ...
    hash   bytea NOT NULL,
    PRIMARY KEY (level, number)
);

-- What the signer has said of it (C2SP tlog-checkpoint), and what others have said of that.
CREATE TABLE log_checkpoint (
    size      bigint,
    origin    text,
    note      text NOT NULL,  -- with the signatures of the log itself
    signed_at timestamptz NOT NULL,
    PRIMARY KEY (size, origin)
);
CREATE TABLE log_cosignature (
    size        bigint,
    origin      text,
    witness     text,           -- its name, as in its key
    line        text NOT NULL,  -- to be appended to the note
    received_at timestamptz NOT NULL,
    PRIMARY KEY (size, origin, witness)
);
CREATE TABLE log_stamp (
    size        bigint,
    origin      text,
    authority   text,            -- the address asked
    token       bytea NOT NULL,  -- RFC 3161, over the note as it stands in log_checkpoint
    stamped_at  timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (size, origin, authority)
);

-- The heads map as of the latest log.heads: derived, and written anew as it grows.
CREATE TABLE log_head_node (
    path text PRIMARY KEY,  -- bits from the root, which is the empty one
    hash bytea NOT NULL
);

CREATE FUNCTION log_fold(hashes bytea[]) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    width int := cardinality(hashes);
BEGIN
    WHILE width > 1 LOOP
        width := width / 2;
        FOR pair IN 1 .. width LOOP
            hashes[pair] := sha256('\x01'::bytea || hashes[2 * pair - 1] || hashes[2 * pair]);
        END LOOP;
    END LOOP;
    RETURN hashes[1];
END $$;

CREATE FUNCTION log_append() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
    named text;
    first bigint;
    last bigint;
    rows bigint;
    earliest timestamptz;
    latest timestamptz;
    is_ours bool;
    before timestamptz;
    leaves bigint;
    up smallint;
    place bigint;
    below bytea[];
    fact @schema@.ledger_events;
    prev bytea;
    grain bytea;
BEGIN
    SELECT min(notification_id), max(notification_id), count(*), min(recorded_at),
           max(recorded_at), bool_or(originator_id = nobody)
      INTO first, last, rows, earliest, latest, is_ours
      FROM fresh;
    IF rows = 0 THEN
        RETURN NULL;
    END IF;
    SELECT recorded_at INTO before FROM @schema@.ledger_events
     WHERE notification_id = first - 1;
    IF last - first + 1 <> rows OR (first > 1 AND before IS NULL)
       OR earliest < before OR latest > greatest(clock_timestamp(), before)  -- a clock set back
       OR (earliest < latest AND EXISTS (
            SELECT FROM (SELECT recorded_at < lag(recorded_at) OVER (ORDER BY notification_id)
                           FROM fresh) AS compared (goes_back) WHERE goes_back))
    THEN
        RAISE EXCEPTION 'a fact is recorded after the last one, and now'
              USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF is_ours AND NOT pg_has_role(session_user, 'sidik_signer', 'MEMBER') THEN
        RAISE EXCEPTION 'only the signer speaks for the log'
              USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT origin INTO named FROM @schema@.log_origin ORDER BY number DESC LIMIT 1;

    IF rows = 1 THEN  -- as most are; the statement below for many costs more to begin
        SELECT * INTO fact FROM fresh;
        IF fact.originator_version > 1 THEN
            SELECT l.leaf INTO prev
              FROM @schema@.ledger_events e
              JOIN @schema@.log_leaf l ON l.position = e.notification_id
             WHERE e.originator_id = fact.originator_id
               AND e.originator_version = fact.originator_version - 1;
            IF prev IS NULL THEN
                RAISE EXCEPTION 'a history has no gaps, and is recorded in its order'
                      USING ERRCODE = 'integrity_constraint_violation';
            END IF;
        END IF;
        grain := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
        INSERT INTO @schema@.log_leaf VALUES (first, grain, sha256('\x00'::bytea || convert_to(
            'sidik-record/v1'
            || E'\nlog ' || named
            || E'\npos ' || first
            || E'\nstream ' || fact.originator_id
            || E'\nversion ' || fact.originator_version
            || E'\nprev ' || coalesce(encode(prev, 'base64'), '-')
            || E'\ntime ' || to_char(fact.recorded_at AT TIME ZONE 'UTC',
                                     'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            || E'\ntopic ' || fact.topic
            || E'\nbody '
            || encode(sha256(E'sidik-body/v1\n'::bytea || grain || fact.state), 'base64')
            || E'\n', 'UTF8')));
    ELSE
        -- The first new fact of each history follows what is there, the others one another.
        WITH RECURSIVE salted AS MATERIALIZED (
            SELECT notification_id, originator_id, originator_version, salt,
                   'sidik-record/v1'
                   || E'\nlog ' || named
                   || E'\npos ' || notification_id
                   || E'\nstream ' || originator_id
                   || E'\nversion ' || originator_version
                   || E'\nprev ' AS head,
                   E'\ntime ' || to_char(recorded_at AT TIME ZONE 'UTC',
                                         'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
                   || E'\ntopic ' || topic
                   || E'\nbody '
                   || encode(sha256(E'sidik-body/v1\n'::bytea || salt || state), 'base64')
                   || E'\n' AS tail,
                   lag(originator_version) OVER (
                       PARTITION BY originator_id ORDER BY originator_version
                   ) IS DISTINCT FROM originator_version - 1 AS is_first
              FROM (SELECT *, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) AS salt
                      FROM fresh OFFSET 0) AS f
        ), chained AS (
            SELECT s.notification_id, s.originator_id, s.originator_version, s.salt,
                   sha256('\x00'::bytea || convert_to(s.head || CASE s.originator_version
                       WHEN 1 THEN '-' ELSE encode((
                           SELECT l.leaf
                             FROM @schema@.ledger_events e
                             JOIN @schema@.log_leaf l ON l.position = e.notification_id
                            WHERE e.originator_id = s.originator_id
                              AND e.originator_version = s.originator_version - 1
                              AND e.notification_id < first
                       ), 'base64') END || s.tail, 'UTF8')) AS leaf
              FROM salted s
             WHERE s.is_first
            UNION ALL
            SELECT s.notification_id, s.originator_id, s.originator_version, s.salt,
                   sha256('\x00'::bytea
                          || convert_to(s.head || encode(c.leaf, 'base64') || s.tail, 'UTF8'))
              FROM chained c JOIN salted s
                ON s.originator_id = c.originator_id
               AND s.originator_version = c.originator_version + 1
               AND s.notification_id > c.notification_id AND NOT s.is_first
        )
        INSERT INTO @schema@.log_leaf
        SELECT notification_id, chained.salt, leaf FROM chained WHERE leaf IS NOT NULL;
        GET DIAGNOSTICS leaves = ROW_COUNT;
        IF leaves <> rows THEN
            RAISE EXCEPTION 'a history has no gaps, and is recorded in its order'
                  USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;

    FOR block IN (first - 1) / 256 + 1 .. last / 256 LOOP
        place := block;
        up := 1;
        below := ARRAY(SELECT leaf FROM @schema@.log_leaf
                        WHERE position > (place - 1) * 256 AND position <= place * 256
                        ORDER BY position);
        LOOP
            INSERT INTO @schema@.log_subtree VALUES (up, place - 1, @schema@.log_fold(below));
            EXIT WHEN place % 256 <> 0;
            below := ARRAY(SELECT hash FROM @schema@.log_subtree
                            WHERE level = up AND number >= place - 256 AND number < place
                            ORDER BY number);
            place := place / 256;
            up := up + 1;
        END LOOP;
    END LOOP;
    RETURN NULL;
END $$;

-- What opens the records of one history. The salts hide a record from those who cannot see it;
-- who asks here sees its contents anyway.
CREATE FUNCTION log_opening(stream uuid)
RETURNS TABLE ("position" bigint, salt bytea, leaf bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.position, l.salt, l.leaf
      FROM @schema@.ledger_events e JOIN @schema@.log_leaf l ON l.position = e.notification_id
     WHERE e.originator_id = stream
     ORDER BY e.originator_version
$$;
REVOKE ALL ON FUNCTION log_append, log_opening FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log_append TO sidik_owner;
GRANT EXECUTE ON FUNCTION log_opening TO sidik_app, sidik_auditor;

GRANT SELECT ON log_origin, log_leaf, log_subtree, log_checkpoint, log_cosignature, log_stamp,
    log_head_node TO sidik_signer, sidik_auditor;
GRANT SELECT ON log_origin, log_subtree, log_checkpoint, log_cosignature, log_stamp,
    log_head_node TO sidik_app;
GRANT SELECT (position, leaf) ON log_leaf TO sidik_app;
GRANT INSERT ON log_checkpoint, log_cosignature, log_stamp TO sidik_signer;
GRANT INSERT, UPDATE ON log_head_node TO sidik_signer;

SET LOCAL ROLE sidik_owner;
REVOKE CREATE ON SCHEMA @schema@ FROM sidik_log;
CREATE TRIGGER ledger_to_log AFTER INSERT ON ledger_events
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION log_append();
ALTER TABLE ledger_events ENABLE ALWAYS TRIGGER ledger_to_log;

-- The signer's own facts about the log, and about nothing else.
CREATE FUNCTION ledger_note(topic text, state bytea) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
    last_version bigint;
BEGIN
    PERFORM @schema@.ledger_append('{}', '{}', '{}', '{}', '{}');  -- take the turn
    SELECT coalesce(max(originator_version), 0) INTO last_version
      FROM @schema@.ledger_events WHERE originator_id = nobody;
    RETURN (@schema@.ledger_append(
        ARRAY[nobody], ARRAY[last_version + 1], ARRAY[topic], ARRAY[state], ARRAY[0]))[1] + 1;
END $$;
REVOKE ALL ON FUNCTION ledger_note FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_note TO sidik_signer, sidik_log;
GRANT EXECUTE ON FUNCTION ledger_append TO sidik_log;

GRANT CREATE ON SCHEMA @schema@ TO sidik_log;
SET LOCAL ROLE sidik_log;
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['log_origin', 'log_leaf', 'log_subtree', 'log_checkpoint',
            'log_cosignature', 'log_stamp'] LOOP
        EXECUTE format('CREATE TRIGGER %1$I BEFORE UPDATE OR DELETE OR TRUNCATE ON %2$I
            FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
            ALTER TABLE %2$I ENABLE ALWAYS TRIGGER %1$I',
            wanted || '_is_append_only', wanted);
    END LOOP;
END $$;

-- Declare the log new: the same leaves under another name, from the next record on. Its first
-- fact says why, and up to where the name before is to be trusted.
CREATE FUNCTION log_continue(state bytea) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last_position bigint := (@schema@.ledger_append('{}', '{}', '{}', '{}', '{}'))[1];
    old @schema@.log_origin;
BEGIN
    SELECT * INTO old FROM @schema@.log_origin ORDER BY number DESC LIMIT 1;
    INSERT INTO @schema@.log_origin VALUES (old.number + 1,
        regexp_replace(old.origin, '/[0-9]+$', '/' || old.number + 1), last_position + 1);
    RETURN @schema@.ledger_note('log.continued', state);
END $$;
REVOKE ALL ON FUNCTION log_continue FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log_continue TO sidik_signer;
SET LOCAL ROLE sidik_owner;
REVOKE CREATE ON SCHEMA @schema@ FROM sidik_log;
