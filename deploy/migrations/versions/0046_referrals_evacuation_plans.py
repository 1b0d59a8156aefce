"""Referrals: when those who agreed to tell of the help they need must be asked again, and the list of buildings."""

from alembic import op

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    """Add the columns, the list and the indexes; what is held already is due 12 months after it was agreed to."""
    op.execute("ALTER TABLE safeguarding.needs ADD review_due_on date, ADD review_noted_at timestamptz")
    op.execute("""
        UPDATE safeguarding.needs
        SET review_due_on = ((remove_at AT TIME ZONE 'Europe/London') - interval '2 months')::date
        WHERE state = 'GIVEN'
    """)
    op.execute(
        "CREATE INDEX needs_to_review ON safeguarding.needs (review_due_on) "
        "WHERE state = 'GIVEN' AND review_noted_at IS NULL"
    )
    op.execute("""
        CREATE TABLE safeguarding.buildings (
            premises_id varchar PRIMARY KEY,
            flats integer NOT NULL,
            review_due_on date NOT NULL
        )
    """)
    op.execute("CREATE INDEX buildings_by_review ON safeguarding.buildings (review_due_on, premises_id)")
    op.execute("""
        INSERT INTO safeguarding.buildings
        SELECT premises_id, count(*), min(review_due_on) FROM (
            SELECT DISTINCT ON (premises_id, unit_mark) premises_id, state, review_due_on
            FROM safeguarding.needs ORDER BY premises_id, unit_mark, as_of DESC, id DESC
        ) AS newest WHERE state = 'GIVEN' GROUP BY premises_id
    """)
    op.execute("CREATE INDEX visits_at_premises ON referrals.visits (premises_id, located_at) WHERE premises_id <> ''")
    op.execute("CREATE INDEX visits_in_building ON referrals.visits (parent_id, located_at) WHERE parent_id <> ''")
