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
BEGIN
    WHILE cardinality(hashes) > 1 LOOP
        hashes := ARRAY(SELECT sha256('\x01'::bytea || hashes[2 * pair - 1] || hashes[2 * pair])
                          FROM generate_series(1, cardinality(hashes) / 2) AS pair
                         ORDER BY pair);
    END LOOP;
    RETURN hashes[1];
END $$;

-- The record of a fact, as it is hashed.
CREATE FUNCTION log_record(
    origin text, place bigint, stream uuid, version bigint, prev bytea,
    recorded timestamptz, topic text, state bytea, salt bytea
)
RETURNS bytea LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT convert_to(
        'sidik-record/v1'
        || E'\nlog ' || origin
        || E'\npos ' || place
        || E'\nstream ' || stream
        || E'\nversion ' || version
        || E'\nprev ' || coalesce(encode(prev, 'base64'), '-')
        || E'\ntime ' || to_char(recorded AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        || E'\ntopic ' || topic
        || E'\nbody ' || encode(sha256(E'sidik-body/v1\n'::bytea || salt || state), 'base64')
        || E'\n', 'UTF8')
$$;

CREATE FUNCTION log_append() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $$
DECLARE
    named text;
    before timestamptz;
    prev bytea;
    salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    up smallint := 1;
    place bigint := NEW.notification_id;
    below bytea[];
BEGIN
    IF NEW.notification_id > 1 THEN
        SELECT recorded_at INTO before FROM @schema@.ledger_events
         WHERE notification_id = NEW.notification_id - 1;
    END IF;
    IF NOT coalesce(before <= NEW.recorded_at, NEW.notification_id = 1)
       OR NEW.recorded_at > greatest(clock_timestamp(), before)  -- the clock may be set back
    THEN
        RAISE EXCEPTION 'a fact is recorded after the last one, and now'
              USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.originator_version > 1 THEN
        SELECT l.leaf INTO prev
          FROM @schema@.ledger_events e JOIN @schema@.log_leaf l ON l.position = e.notification_id
         WHERE e.originator_id = NEW.originator_id
           AND e.originator_version = NEW.originator_version - 1
           AND e.notification_id < NEW.notification_id;
        IF prev IS NULL THEN
            RAISE EXCEPTION 'a history has no gaps: version % of % is not there',
                  NEW.originator_version - 1, NEW.originator_id
                  USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    IF NEW.originator_id = '00000000-0000-0000-0000-000000000000'
       AND NOT pg_has_role(session_user, 'sidik_signer', 'MEMBER')
    THEN
        RAISE EXCEPTION 'only the signer speaks for the log'
              USING ERRCODE = 'insufficient_privilege';
    END IF;

    SELECT origin INTO named FROM @schema@.log_origin ORDER BY number DESC LIMIT 1;
    INSERT INTO @schema@.log_leaf VALUES (NEW.notification_id, salt, sha256('\x00'::bytea
        || @schema@.log_record(named, NEW.notification_id, NEW.originator_id,
            NEW.originator_version, prev, NEW.recorded_at, NEW.topic, NEW.state, salt)));

    WHILE place % 256 = 0 LOOP
        place := place / 256;
        IF up = 1 THEN
            below := ARRAY(SELECT leaf FROM @schema@.log_leaf
                            WHERE position > (place - 1) * 256 AND position <= place * 256
                            ORDER BY position);
        ELSE
            below := ARRAY(SELECT hash FROM @schema@.log_subtree
                            WHERE level = up - 1
                              AND number >= (place - 1) * 256 AND number < place * 256
                            ORDER BY number);
        END IF;
        INSERT INTO @schema@.log_subtree VALUES (up, place - 1, @schema@.log_fold(below));
        up := up + 1;
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
    FOR EACH ROW EXECUTE FUNCTION log_append();
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
