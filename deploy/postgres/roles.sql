-- Who may open the database: the owner, who migrates it, one user for each service, and one for the web side,
-- by which all of them sign people in.
--
-- Run as the superuser, with psql 15 or newer, in the database of RAVI; the passwords come from the
-- environment (deploy/env.example). The postgres container does it by itself on its first start.
-- Run it again to change a password; it changes nothing else. What each user may read and write is
-- said in grants.sql, which the owner runs after each migration.
\set ON_ERROR_STOP on
\getenv owner_password OWNER_DATABASE_PASSWORD
\getenv visits_password VISITS_DATABASE_PASSWORD
\getenv premises_password PREMISES_DATABASE_PASSWORD
\getenv risk_register_password RISK_REGISTER_DATABASE_PASSWORD
\getenv referrals_password REFERRALS_DATABASE_PASSWORD
\getenv control_password CONTROL_DATABASE_PASSWORD
\getenv scorecard_password SCORECARD_DATABASE_PASSWORD
\getenv relay_password RELAY_DATABASE_PASSWORD
\getenv web_password WEB_DATABASE_PASSWORD

SET client_min_messages = warning;
BEGIN;

SELECT format('CREATE ROLE %I', missing)
FROM unnest(ARRAY[
    'ravi_service', 'ravi_owner', 'ravi_visits', 'ravi_premises', 'ravi_risk_register',
    'ravi_referrals', 'ravi_control', 'ravi_scorecard', 'ravi_relay', 'ravi_web'
]) AS missing
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = missing)
\gexec

-- What all services share; nobody signs in as it.
ALTER ROLE ravi_service NOLOGIN;
GRANT ravi_service TO ravi_visits, ravi_premises, ravi_risk_register, ravi_referrals, ravi_control, ravi_scorecard;

ALTER ROLE ravi_owner LOGIN PASSWORD :'owner_password';
ALTER ROLE ravi_visits LOGIN PASSWORD :'visits_password';
ALTER ROLE ravi_premises LOGIN PASSWORD :'premises_password';
ALTER ROLE ravi_risk_register LOGIN PASSWORD :'risk_register_password';
ALTER ROLE ravi_referrals LOGIN PASSWORD :'referrals_password';
ALTER ROLE ravi_control LOGIN PASSWORD :'control_password';
ALTER ROLE ravi_scorecard LOGIN PASSWORD :'scorecard_password';
ALTER ROLE ravi_relay LOGIN PASSWORD :'relay_password';
ALTER ROLE ravi_web LOGIN PASSWORD :'web_password';

ALTER DATABASE :"DBNAME" OWNER TO ravi_owner;
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"DBNAME" TO ravi_service;
GRANT CONNECT ON DATABASE :"DBNAME" TO ravi_relay, ravi_web;

COMMIT;
