"""Control: the level that a crew's report would give, for records of which nothing is published."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add it to what is shown and to what is searched; it is filled when a record is shown again."""
    for table in ("shown", "places"):
        op.execute(f"ALTER TABLE control.{table} ADD COLUMN level_if_published integer")
