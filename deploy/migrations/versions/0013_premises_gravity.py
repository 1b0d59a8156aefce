"""Premises: visits that cannot wait stand first in the desk's list, and a placing can be taken back until reviewed."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add what orders the list, and how far the register has come; what waits now stands first until looked at."""
    op.execute("ALTER TABLE premises.decisions ADD COLUMN gravity integer NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE premises.decisions ADD COLUMN reviewed varchar")
    op.execute("UPDATE premises.decisions SET gravity = 2 WHERE state = 'needs-person'")
    op.execute("ALTER TABLE premises.decisions ALTER COLUMN gravity DROP DEFAULT")
    op.execute("DROP INDEX premises.decisions_waiting")
    op.execute(
        "CREATE INDEX decisions_waiting ON premises.decisions (gravity DESC, received_at, visit_id) "
        "WHERE state = 'needs-person'"
    )
