"""The event log: held and looked at in one question, and payloads that get no shorter are no longer packed."""

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Make the function, and keep payloads as they are: most of what is long is sealed, and does not get shorter.

    A function that is VOLATILE sees at each of its steps what is committed by then: the newest line is looked at after
    the lock is held. The lock is "RAVI", held from the first appended line until the commit.
    """
    op.execute("""
        CREATE FUNCTION platform.hold_log() RETURNS TABLE (newest_seal text, newest_hash text)
        LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(1380013641);
            RETURN QUERY SELECT
                (SELECT CAST(log.seal AS text) FROM platform.event_log AS log ORDER BY log.position DESC LIMIT 1),
                (SELECT CAST(kept.hash AS text) FROM platform.history AS kept ORDER BY kept.number DESC LIMIT 1);
        END $$
    """)
    op.execute("ALTER TABLE platform.event_log ALTER COLUMN payload SET STORAGE EXTERNAL")
