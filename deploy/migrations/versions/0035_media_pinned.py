"""Control and the risk register: where on a plan a photograph was taken."""

from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Add the columns to both tables."""
    for schema in ("control", "risk_register"):
        op.execute(f"""
            ALTER TABLE {schema}.media
                ADD COLUMN pin_plan VARCHAR, ADD COLUMN pin_x DOUBLE PRECISION, ADD COLUMN pin_y DOUBLE PRECISION
        """)
