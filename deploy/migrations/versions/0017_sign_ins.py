"""The plumbing: a sign-in may say which watch a person is of, and is found by the token of a form that it opened."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the watch to users and sign-ins, and an index by which the owner of an out-of-date form is found."""
    op.execute("ALTER TABLE platform.local_users ADD COLUMN watch varchar")
    op.execute("ALTER TABLE platform.sign_ins ADD COLUMN watch varchar")
    op.execute("CREATE INDEX sign_ins_csrf_token ON platform.sign_ins (csrf_token)")
