"""Visits: whose visit it is beside the one who sent it, so that each of its crew finds it in a list of their own."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Keep the names of the sender, the officer who led and the crew beside each visit."""
    op.execute("ALTER TABLE visits.visits ADD COLUMN people jsonb NOT NULL DEFAULT '[]'")
    op.execute(
        "UPDATE visits.visits SET people = jsonb_build_array(submitted_by, open_part -> 'lead_officer_id') "
        "|| coalesce(open_part -> 'crew_ids', '[]')"
    )
    op.execute("CREATE INDEX visits_of_people ON visits.visits USING gin (people jsonb_path_ops)")
