-- What each service may read and write: its own schema, and its share of the plumbing.
--
-- Run as ravi_owner after each migration. It takes everything back and gives it anew, in one
-- transaction, so that it can be run at any time and leaves nothing over from an older version.
BEGIN;

SET client_min_messages = warning;
REVOKE ALL ON ALL TABLES IN SCHEMA platform FROM
    ravi_service, ravi_relay, ravi_visits, ravi_premises, ravi_risk_register, ravi_referrals, ravi_control,
    ravi_scorecard;

-- To each its own. Safeguarding belongs to the referrals service, and nobody else can read a line of it.
DO $$
DECLARE
    home record;
BEGIN
    FOR home IN
        SELECT * FROM (VALUES
            ('visits', 'ravi_visits'),
            ('premises', 'ravi_premises'),
            ('risk_register', 'ravi_risk_register'),
            ('referrals', 'ravi_referrals'),
            ('safeguarding', 'ravi_referrals'),
            ('control', 'ravi_control'),
            ('scorecard', 'ravi_scorecard')
        ) AS homes (schema, owner)
    LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', home.schema, home.owner);
        EXECUTE format(
            'GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE, MAINTAIN ON ALL TABLES IN SCHEMA %I TO %I',
            home.schema, home.owner
        );
        EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO %I', home.schema, home.owner);
    END LOOP;
END
$$;

-- The plumbing. The log and the history only ever grow.
GRANT USAGE ON SCHEMA platform TO ravi_service, ravi_relay;
GRANT SELECT ON platform.alembic_version TO ravi_service, ravi_relay;
GRANT SELECT, INSERT ON platform.event_log, platform.history TO ravi_service;
GRANT SELECT, INSERT, UPDATE ON platform.cursors, platform.quarantine, platform.sign_ins TO ravi_service;
GRANT SELECT, INSERT, DELETE ON platform.inbox TO ravi_service;
GRANT SELECT, INSERT ON platform.local_users TO ravi_service;

-- The relay carries the log to Kafka and needs little more.
GRANT SELECT ON platform.event_log, platform.quarantine, platform.sign_ins TO ravi_relay;
GRANT INSERT ON platform.quarantine TO ravi_relay;
GRANT SELECT, INSERT, UPDATE ON platform.cursors TO ravi_relay;
GRANT SELECT, INSERT ON platform.local_users TO ravi_relay;

-- Keys. Visits seals. Who may show a contact or an entry code takes the keys of private details; the
-- keys of concerns are for referrals alone, which also destroys one when a case is to be forgotten.
GRANT INSERT ON platform.sealing_keys TO ravi_visits;
GRANT SELECT ON platform.sealing_keys TO ravi_visits, ravi_risk_register, ravi_control;
GRANT SELECT, INSERT, UPDATE ON platform.sealing_keys TO ravi_referrals;
ALTER TABLE platform.sealing_keys ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS all_for_referrals ON platform.sealing_keys;
CREATE POLICY all_for_referrals ON platform.sealing_keys TO ravi_referrals USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS visits_seals ON platform.sealing_keys;
CREATE POLICY visits_seals ON platform.sealing_keys FOR INSERT TO ravi_visits WITH CHECK (true);
DROP POLICY IF EXISTS never_concerns ON platform.sealing_keys;
CREATE POLICY never_concerns ON platform.sealing_keys FOR SELECT
    TO ravi_control USING (key_id NOT LIKE 'concerns%' AND key_id NOT LIKE 'case%');
-- Who needs help to get out, by consent, is for referrals to seal and for control alone to show.
DROP POLICY IF EXISTS never_concerns_nor_needs ON platform.sealing_keys;
CREATE POLICY never_concerns_nor_needs ON platform.sealing_keys FOR SELECT TO ravi_visits, ravi_risk_register
    USING (key_id NOT LIKE 'concerns%' AND key_id NOT LIKE 'case%' AND key_id NOT LIKE 'needs%');

COMMIT;
