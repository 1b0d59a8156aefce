-- What each service may read and write: its own schema, and its share of the plumbing.
--
-- Run as ravi_owner after each migration. It takes everything back and gives it anew, in one
-- transaction, so that it can be run at any time and leaves nothing over from an older version.
BEGIN;

SET client_min_messages = warning;
REVOKE ALL ON ALL TABLES IN SCHEMA platform FROM
    ravi_service, ravi_relay, ravi_web, ravi_visits, ravi_premises, ravi_risk_register, ravi_referrals, ravi_control,
    ravi_protection, ravi_scorecard;

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
            ('protection', 'ravi_protection'),
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

-- The plumbing. The log and the history only ever grow, and nobody writes a line in another's name.
GRANT USAGE ON SCHEMA platform TO ravi_service, ravi_relay, ravi_web;
GRANT SELECT ON platform.alembic_version TO ravi_service, ravi_relay;
GRANT SELECT, INSERT ON platform.event_log, platform.history TO ravi_service;
GRANT SELECT, INSERT, UPDATE ON platform.cursors TO ravi_service;
GRANT SELECT, INSERT ON platform.quarantine TO ravi_service;
GRANT SELECT, INSERT, DELETE ON platform.inbox TO ravi_service;

-- How far the log had grown, signed: everybody may see how old that is, and the one who reads every history signs.
GRANT SELECT ON platform.signed_heads TO ravi_service, ravi_relay;
GRANT INSERT ON platform.signed_heads TO ravi_referrals;

-- The relay carries the log to Kafka and needs little more.
GRANT SELECT ON platform.event_log, platform.quarantine TO ravi_relay;
GRANT INSERT ON platform.quarantine TO ravi_relay;
GRANT SELECT, INSERT, UPDATE ON platform.cursors TO ravi_relay;

-- The web side: who signs in, and what a person decides on a message in quarantine (docs/decisions/0015).
GRANT SELECT, INSERT, UPDATE ON platform.sign_ins, platform.local_users TO ravi_web;
GRANT SELECT, UPDATE ON platform.quarantine TO ravi_web;
GRANT SELECT, INSERT ON platform.event_log, platform.history TO ravi_web;

-- Each its own marks: the user ravi_visits is the service visits, and so on.
DO $$
DECLARE
    rule record;
BEGIN
    FOR rule IN
        SELECT * FROM (VALUES
            ('event_log', 'all_read', 'SELECT', 'ravi_service, ravi_relay, ravi_web', 'true'),
            ('event_log', 'own_events', 'INSERT', 'ravi_service', 'source = substr(current_user, 6)'),
            ('event_log', 'released_copies', 'INSERT', 'ravi_web', 'only_for IS NOT NULL'),
            ('history', 'all_read', 'SELECT', 'ravi_service, ravi_web', 'true'),
            ('history', 'own_acts', 'INSERT', 'ravi_service', 'service = substr(current_user, 6)'),
            ('history', 'acts_of_people', 'INSERT', 'ravi_web', 'service = ''platform'''),
            ('cursors', 'all_read', 'SELECT', 'ravi_service, ravi_relay', 'true'),
            ('cursors', 'own_begun', 'INSERT', 'ravi_service, ravi_relay', 'reader = substr(current_user, 6)'),
            ('cursors', 'own_moved', 'UPDATE', 'ravi_service, ravi_relay', 'reader = substr(current_user, 6)'),
            ('inbox', 'own_marks', 'ALL', 'ravi_service', 'service = substr(current_user, 6)'),
            ('quarantine', 'own_read', 'SELECT', 'ravi_service, ravi_relay', 'service = substr(current_user, 6)'),
            ('quarantine', 'own_kept', 'INSERT', 'ravi_service, ravi_relay', 'service = substr(current_user, 6)'),
            -- The measures are taken of all that waits; decisions are made where all of it is shown.
            ('quarantine', 'counted', 'SELECT', 'ravi_scorecard', 'true'),
            ('quarantine', 'shown', 'SELECT', 'ravi_web', 'true'),
            ('quarantine', 'decided', 'UPDATE', 'ravi_web', 'true')
        ) AS rules (on_table, name, act, who, holds)
    LOOP
        EXECUTE format('ALTER TABLE platform.%I ENABLE ROW LEVEL SECURITY', rule.on_table);
        EXECUTE format('DROP POLICY IF EXISTS %I ON platform.%I', rule.name, rule.on_table);
        EXECUTE format(
            'CREATE POLICY %I ON platform.%I FOR %s TO %s %s', rule.name, rule.on_table, rule.act, rule.who,
            CASE rule.act
                WHEN 'SELECT' THEN format('USING (%s)', rule.holds)
                WHEN 'INSERT' THEN format('WITH CHECK (%s)', rule.holds)
                ELSE format('USING (%s) WITH CHECK (%s)', rule.holds, rule.holds)
            END
        );
    END LOOP;
END
$$;

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
    TO ravi_control USING (key_id NOT LIKE 'concerns%' AND key_id NOT LIKE 'case%' AND key_id NOT LIKE 'media%');
-- Who needs help to get out, by consent, is for referrals to seal and for control alone to show.
DROP POLICY IF EXISTS never_concerns_nor_needs ON platform.sealing_keys;
CREATE POLICY never_concerns_nor_needs ON platform.sealing_keys FOR SELECT TO ravi_visits, ravi_risk_register
    USING (key_id NOT LIKE 'concerns%' AND key_id NOT LIKE 'case%' AND key_id NOT LIKE 'needs%'
        -- The original of a photograph is evidence that visits keeps.
        AND (key_id NOT LIKE 'media%' OR current_user = 'ravi_visits'));

-- Existence is secret. The history of cases is a part of safeguarding, and like the open one it only ever grows.
REVOKE ALL ON ALL TABLES IN SCHEMA safeguarding FROM ravi_service, ravi_relay;
REVOKE UPDATE, DELETE, TRUNCATE, MAINTAIN ON safeguarding.history FROM ravi_referrals;
-- Every service sees whether it was given the right master key. Those that seal may tell an empty database the first;
-- only the owner may say that there is a new one.
GRANT SELECT ON platform.master_keys TO ravi_service, ravi_relay;
GRANT INSERT ON platform.master_keys TO ravi_visits, ravi_referrals, ravi_risk_register;
ALTER TABLE platform.master_keys ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS all_may_see ON platform.master_keys;
CREATE POLICY all_may_see ON platform.master_keys FOR SELECT USING (true);
DROP POLICY IF EXISTS only_the_first ON platform.master_keys;
CREATE POLICY only_the_first ON platform.master_keys FOR INSERT
    TO ravi_visits, ravi_referrals, ravi_risk_register WITH CHECK (number = 1);
DO $$
BEGIN
    -- The one history that there was until migration 0021, if this database has seen it: to be looked at, no more.
    IF to_regclass('safeguarding.history_until_0021') IS NOT NULL THEN
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE, MAINTAIN ON safeguarding.history_until_0021 FROM ravi_referrals;
    END IF;
END
$$;

COMMIT;
