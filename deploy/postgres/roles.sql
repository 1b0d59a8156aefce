-- Who may open the database: the owner, who migrates it, one user for each service, and one for the web side,
-- by which all of them sign people in.
--
-- Run as the superuser, with psql 15 or newer, in the database of RAVI; the passwords come from the
-- environment (deploy/env.example). The postgres container does it by itself on its first start.
-- Run it again to change a password, and after a restore or an upgrade of PostgreSQL. What each user may read and write is
-- said in grants.sql, which the owner runs after each migration.
\set ON_ERROR_STOP on
\getenv owner_password OWNER_DATABASE_PASSWORD
\getenv visits_password VISITS_DATABASE_PASSWORD
\getenv premises_password PREMISES_DATABASE_PASSWORD
\getenv risk_register_password RISK_REGISTER_DATABASE_PASSWORD
\getenv referrals_password REFERRALS_DATABASE_PASSWORD
\getenv control_password CONTROL_DATABASE_PASSWORD
\getenv protection_password PROTECTION_DATABASE_PASSWORD
\getenv scorecard_password SCORECARD_DATABASE_PASSWORD
\getenv relay_password RELAY_DATABASE_PASSWORD
\getenv web_password WEB_DATABASE_PASSWORD

SET client_min_messages = warning;
BEGIN;

SELECT format('CREATE ROLE %I', missing)
FROM unnest(ARRAY[
    'ravi_service', 'ravi_owner', 'ravi_visits', 'ravi_premises', 'ravi_risk_register',
    'ravi_referrals', 'ravi_control', 'ravi_protection', 'ravi_scorecard', 'ravi_relay', 'ravi_web'
]) AS missing
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = missing)
\gexec

-- What all services share; nobody signs in as it.
ALTER ROLE ravi_service NOLOGIN;
GRANT ravi_service TO ravi_visits, ravi_premises, ravi_risk_register, ravi_referrals, ravi_control, ravi_protection,
    ravi_scorecard;

ALTER ROLE ravi_owner LOGIN PASSWORD :'owner_password';
ALTER ROLE ravi_visits LOGIN PASSWORD :'visits_password';
ALTER ROLE ravi_premises LOGIN PASSWORD :'premises_password';
ALTER ROLE ravi_risk_register LOGIN PASSWORD :'risk_register_password';
ALTER ROLE ravi_referrals LOGIN PASSWORD :'referrals_password';
ALTER ROLE ravi_control LOGIN PASSWORD :'control_password';
ALTER ROLE ravi_protection LOGIN PASSWORD :'protection_password';
ALTER ROLE ravi_scorecard LOGIN PASSWORD :'scorecard_password';
ALTER ROLE ravi_relay LOGIN PASSWORD :'relay_password';
ALTER ROLE ravi_web LOGIN PASSWORD :'web_password';

ALTER DATABASE :"DBNAME" OWNER TO ravi_owner;
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"DBNAME" TO ravi_service;
GRANT CONNECT ON DATABASE :"DBNAME" TO ravi_relay, ravi_web;

-- That there is a safeguarding case is secret, and PostgreSQL tells everybody how many rows every table has, how large
-- it is, what was written and who holds which lock. Closed to all but the owner and whoever watches the server.
DO $$
DECLARE
    telling regprocedure;
    columns text;
BEGIN
    FOR telling IN
        SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace AND (
            proname LIKE 'pg\_stat\_get\_%'
            OR proname IN (
                'pg_relation_size', 'pg_table_size', 'pg_indexes_size', 'pg_total_relation_size', 'pg_database_size',
                'pg_tablespace_size', 'pg_lock_status', 'pg_current_wal_lsn', 'pg_current_wal_insert_lsn',
                'pg_current_wal_flush_lsn', 'pg_control_checkpoint', 'pg_sequence_last_value'
            )
        )
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', telling);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO ravi_owner, pg_monitor', telling);
    END LOOP;
    -- Of the list of tables itself everything but how large they are.
    SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
    WHERE attrelid = 'pg_class'::regclass AND attnum > 0 AND NOT attisdropped
        AND attname NOT IN ('reltuples', 'relpages', 'relallvisible', 'relallfrozen', 'relfrozenxid', 'relminmxid');
    REVOKE SELECT ON pg_class FROM PUBLIC;
    EXECUTE format('GRANT SELECT (%s) ON pg_class TO PUBLIC', columns);
    GRANT SELECT ON pg_class TO ravi_owner, pg_monitor;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE WARNING 'the statistics stay open: this is no superuser. Whoever signs in to the database can count cases';
END
$$;

COMMIT;
