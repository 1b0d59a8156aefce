"""Risk register: when each published record must be seen again, in a table of its own."""

from alembic import op

revision = "0038"
down_revision = "0037"

FILL = """
    INSERT INTO risk_register.review_dates
    SELECT premises_id, COALESCE(premises ->> 'name', ''), COALESCE(premises ->> 'address', ''),
        COALESCE(premises ->> 'postcode', ''), COALESCE(premises #>> '{place,station_ground}', ''),
        (score ->> 'base_level')::integer, (score ->> 'effective_level')::integer,
        (visited_at AT TIME ZONE 'Europe/London')::date, review_due_on,
        CASE WHEN visited_at IS NULL THEN DATE '0001-01-01' ELSE (review_due_on + make_interval(months =>
            CASE (score ->> 'base_level')::integer WHEN 5 THEN 6 WHEN 4 THEN 12 WHEN 3 THEN 18 ELSE 30 END))::date
        END
    FROM risk_register.records JOIN risk_register.versions USING (premises_id, version)
"""


def upgrade() -> None:
    """Add the table, and fill it from what is published."""
    op.execute("""
        CREATE TABLE risk_register.review_dates (
            premises_id varchar PRIMARY KEY,
            name varchar NOT NULL,
            address varchar NOT NULL,
            postcode varchar NOT NULL,
            station varchar NOT NULL,
            base_level integer,
            effective_level integer,
            visited_on date,
            review_due_on date,
            stale_on date
        )
    """)
    op.execute(FILL)
    op.execute(
        "CREATE INDEX review_dates_in_order ON risk_register.review_dates "
        "(effective_level DESC NULLS LAST, review_due_on NULLS FIRST, premises_id)"
    )
