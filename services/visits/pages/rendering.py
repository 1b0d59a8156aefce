"""How the crew's pages are made: their templates, their own styles and scripts, and the words they choose from."""

from pathlib import Path

from services.shared.web.static_files import HashedFolder
from services.shared.web.templating import Pages
from services.visits.pages.choices import CHOICES, REFERRAL_GROUPS, SEVERITY_ANCHORS
from services.visits.pages.form import element_id
from services.visits.pages.labels import SECTIONS, label_of
from services.visits.rules.reading import STAFF_ALLEGATION, STAFF_ALLEGATION_WORDS

FOLDER = Path(__file__).parent
STATIC = HashedFolder(FOLDER / "static", "/static/visits")


def make_pages() -> Pages:
    """Return the crew's pages, with what every template of theirs may ask for."""
    pages = Pages(FOLDER / "templates", assets=STATIC)
    pages.environment.globals.update(
        choices=CHOICES,
        referral_groups=REFERRAL_GROUPS,
        sections=SECTIONS,
        severity_anchors=SEVERITY_ANCHORS,
        staff_allegation=STAFF_ALLEGATION,
        staff_allegation_words=STAFF_ALLEGATION_WORDS,
        label_of=label_of,
        element_id=element_id,
    )
    return pages
