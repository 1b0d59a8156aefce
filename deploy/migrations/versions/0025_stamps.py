"""The plumbing: users and sign-ins carry a stamp that cannot be made from the database, and a user can be removed."""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add the stamps; who was signed in before has none, and signs in again."""
    op.execute("ALTER TABLE platform.local_users ADD COLUMN removed_at timestamptz")
    for table in ("local_users", "sign_ins"):
        op.execute(f"ALTER TABLE platform.{table} ADD COLUMN stamp varchar NOT NULL DEFAULT ''")
    op.execute("UPDATE platform.sign_ins SET ended_at = now() WHERE ended_at IS NULL")
    op.execute("CREATE INDEX sign_ins_user ON platform.sign_ins (user_name) WHERE ended_at IS NULL")
