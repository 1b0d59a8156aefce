"""Risk register: the premises of the gazetteer, which of them ought to have a record, and the rules for that.

Premises: the gazetteer is listed anew, so that the register hears of every premises.
"""

from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Add the tables."""
    op.execute("""
        CREATE TABLE risk_register.known_premises (
            premises_id varchar PRIMARY KEY,
            generation bigint NOT NULL,
            name varchar NOT NULL,
            address varchar NOT NULL,
            postcode varchar NOT NULL,
            parent_id varchar,
            classification varchar NOT NULL,
            easting double precision,
            northing double precision,
            in_use boolean NOT NULL,
            station varchar NOT NULL,
            addresses jsonb,
            units integer NOT NULL,
            rule varchar,
            expected_level integer,
            has_record boolean NOT NULL
        )
    """)
    op.execute(
        "CREATE INDEX known_premises_of_building ON risk_register.known_premises (parent_id) "
        "WHERE parent_id IS NOT NULL"
    )
    op.execute(
        "CREATE INDEX known_premises_missing ON risk_register.known_premises "
        "(expected_level DESC, units DESC, premises_id) INCLUDE (rule, station) "
        "WHERE rule IS NOT NULL AND NOT has_record"
    )
    op.execute("""
        CREATE TABLE risk_register.gap_rules (
            version integer PRIMARY KEY,
            rules jsonb NOT NULL,
            adopted_by varchar NOT NULL,
            adopted_at timestamptz NOT NULL,
            reason varchar NOT NULL
        )
    """)
    op.execute("DELETE FROM premises.listing")
