"""The control: every premises can be found, dangers stand in order, and those without a settled address are shown."""

from alembic import op

revision = "0011"
down_revision = "0010"

# What was shown before is put in order by what kind of danger it is, until its record changes for the first time.
GRAVITY = """
CASE addition ->> 'kind'
    WHEN 'HAZARD' THEN CASE WHEN addition ->> 'summary' LIKE 'Caution%' THEN 30 ELSE 90 END
    WHEN 'ACCESS' THEN CASE WHEN addition ->> 'summary' LIKE '%BLOCKED%' THEN 80 ELSE 45 END
    WHEN 'EVACUATION' THEN 70
    WHEN 'SYSTEM' THEN 60
    WHEN 'EXTERNAL_WALL' THEN 50
    ELSE 20
END
"""

STATEMENTS = f"""
CREATE TABLE control.places (
    premises_id VARCHAR NOT NULL,
    generation BIGINT NOT NULL,
    name VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    postcode VARCHAR NOT NULL,
    known_as VARCHAR NOT NULL,
    parent_id VARCHAR,
    easting DOUBLE PRECISION,
    northing DOUBLE PRECISION,
    in_use BOOLEAN NOT NULL,
    name_key VARCHAR NOT NULL,
    line_key VARCHAR NOT NULL,
    order_key VARCHAR NOT NULL,
    words TSVECTOR NOT NULL,
    held BOOLEAN NOT NULL,
    level INTEGER,
    base_level INTEGER,
    unverified INTEGER NOT NULL,
    PRIMARY KEY (premises_id)
);

INSERT INTO control.places
SELECT premises_id, 0, name, address, postcode, '', record -> 'premises' ->> 'parent_id', easting, northing, true,
    trim(regexp_replace(lower(name), '[^a-z0-9]+', ' ', 'g')),
    trim(regexp_replace(lower(address), '[^a-z0-9]+', ' ', 'g')),
    trim(regexp_replace(lower(address), '[^a-z]+', ' ', 'g')),
    array_to_tsvector(array_remove(string_to_array(search_text, ' ') || (
        SELECT array_agg('name:' || word) FROM regexp_split_to_table(lower(name), '[^a-z0-9]+') AS word WHERE word <> ''
    ), '')),
    true, level, base_level, unverified
FROM control.shown;

CREATE INDEX places_words ON control.places USING gin (words) WITH (fastupdate = off);

CREATE INDEX places_held_words ON control.places USING gin (words) WITH (fastupdate = off) WHERE held;

CREATE INDEX places_place ON control.places USING gist (point(easting, northing));

DROP INDEX control.shown_words;

ALTER TABLE control.shown ADD COLUMN gravity INTEGER NOT NULL DEFAULT 0;

ALTER TABLE control.shown ADD COLUMN danger JSONB;

ALTER TABLE control.shown ADD COLUMN danger_at TIMESTAMP WITH TIME ZONE;

UPDATE control.shown SET
    gravity = gravest.gravity,
    danger_at = (gravest.addition ->> 'reported_at')::timestamptz,
    danger = gravest.addition || jsonb_build_object('more', shown.unverified - 1)
FROM (
    SELECT DISTINCT ON (premises_id) premises_id, {GRAVITY} AS gravity, addition
    FROM control.shown, jsonb_array_elements(record -> 'unverified') AS addition
    WHERE unverified > 0
    ORDER BY premises_id, {GRAVITY} DESC, addition ->> 'reported_at' DESC
) AS gravest WHERE gravest.premises_id = shown.premises_id;

CREATE INDEX shown_gravity ON control.shown (gravity, danger_at) WHERE gravity > 0;

CREATE TABLE control.unsettled (
    visit_id VARCHAR NOT NULL,
    heard_at TIMESTAMP WITH TIME ZONE,
    settled_at TIMESTAMP WITH TIME ZONE,
    gravity INTEGER NOT NULL,
    reported_at TIMESTAMP WITH TIME ZONE,
    building_id VARCHAR,
    words TSVECTOR NOT NULL,
    told JSONB NOT NULL,
    PRIMARY KEY (visit_id)
);

CREATE INDEX unsettled_open ON control.unsettled (gravity, reported_at)
    WHERE heard_at IS NOT NULL AND settled_at IS NULL;

INSERT INTO control.unsettled (visit_id, settled_at, gravity, words, told)
SELECT because_of_visit, min(shown_at), 0, ''::tsvector, '{{}}'::jsonb FROM control.shown_history
WHERE because_of_visit IS NOT NULL GROUP BY because_of_visit;
"""


def upgrade() -> None:
    """Create the tables, and take over what is shown."""
    op.execute(STATEMENTS)
