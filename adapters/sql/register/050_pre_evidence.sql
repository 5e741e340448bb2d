-- What the log says of itself besides its heads, which are many: keys, names, who has seen it.
CREATE INDEX ledger_of_log ON ledger_events (originator_version)
 WHERE originator_id = '00000000-0000-0000-0000-000000000000' AND topic <> 'log.heads';

-- What opens one record of a history: the log's own is too long to be opened whole.
GRANT CREATE ON SCHEMA @schema@ TO sidik_log;
SET LOCAL ROLE sidik_log;
CREATE FUNCTION log_opening(stream uuid, version bigint)
RETURNS TABLE ("position" bigint, salt bytea, leaf bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.position, l.salt, l.leaf
      FROM @schema@.ledger_events e JOIN @schema@.log_leaf l ON l.position = e.notification_id
     WHERE e.originator_id = stream AND e.originator_version = version
$$;
REVOKE ALL ON FUNCTION log_opening(uuid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log_opening(uuid, bigint) TO sidik_app, sidik_auditor;
SET LOCAL ROLE sidik_owner;
REVOKE CREATE ON SCHEMA @schema@ FROM sidik_log;
