"""Control: hydrants and plans for wide-area events from others' files, and which hydrants crews tell of."""

from alembic import op

revision = "0050"
down_revision = "0049"

TABLES = """
CREATE TABLE control.source_files (
    kind varchar NOT NULL,
    source varchar NOT NULL,
    name varchar NOT NULL,
    dated_on date NOT NULL,
    loaded_at timestamptz NOT NULL,
    loaded_by varchar NOT NULL,
    held integer NOT NULL,
    came integer NOT NULL,
    changed integer NOT NULL,
    went integer NOT NULL,
    refused integer NOT NULL,
    PRIMARY KEY (kind, source)
);

CREATE TABLE control.refused_items (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind varchar NOT NULL,
    source varchar NOT NULL,
    item integer NOT NULL,
    reference varchar NOT NULL,
    fields jsonb NOT NULL,
    reasons jsonb NOT NULL
);
CREATE INDEX refused_items_of ON control.refused_items (kind, source, item);

CREATE TABLE control.hydrants (
    source varchar NOT NULL,
    asset_id varchar NOT NULL,
    easting double precision NOT NULL,
    northing double precision NOT NULL,
    kind varchar NOT NULL,
    main_mm integer,
    flow_lpm integer,
    state varchar NOT NULL,
    tested_on date,
    location varchar NOT NULL,
    PRIMARY KEY (source, asset_id)
);
CREATE INDEX hydrants_place ON control.hydrants USING gist (point(easting, northing));

CREATE TABLE control.area_plans (
    source varchar NOT NULL,
    reference varchar NOT NULL,
    kind varchar NOT NULL,
    document varchar NOT NULL,
    owner varchar NOT NULL,
    partners jsonb NOT NULL,
    review_due_on date NOT NULL,
    area_mark varchar NOT NULL,
    PRIMARY KEY (source, reference)
);
CREATE INDEX area_plans_review ON control.area_plans (review_due_on, reference);

CREATE TABLE control.area_rings (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source varchar NOT NULL,
    reference varchar NOT NULL,
    ring polygon NOT NULL
);
CREATE INDEX area_rings_place ON control.area_rings USING gist (box(ring));
CREATE INDEX area_rings_of ON control.area_rings (source, reference);

CREATE INDEX shown_hydrants ON control.shown USING gin (
    (replace(lower(jsonb_path_query_array(record, '$.**.hydrants[*].asset_id')::text), ' ', '')::jsonb)
) WITH (fastupdate = off);
"""


def upgrade() -> None:
    """Add the tables, and an index of the hydrants that a record which is shown names."""
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
