"""How the crew's pages are made: their templates, their own styles and scripts, and the form they draw."""

from pathlib import Path

from services.shared.web.static_files import HashedFolder
from services.shared.web.templating import Pages
from services.visits.pages.form import FACTS, is_drawn
from services.visits.pages.shown import element_id
from services.visits.rules.declaration import FORM

FOLDER = Path(__file__).parent
STATIC = HashedFolder(FOLDER / "static", "/static/visits")

# Made once a process, as in each service: to read a form of this size takes longer than to fill it in.
pages = Pages(FOLDER / "templates", assets=STATIC)
pages.environment.globals.update(
    form=FORM, conditions=dict(FORM.conditions), facts=FACTS, is_drawn=is_drawn, element_id=element_id
)
