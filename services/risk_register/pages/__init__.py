"""The central risk team's pages: the queue, one visit beside its record, and what becomes of it."""

from pathlib import Path

from services.domain.fire_safety import until_words
from services.domain.words import words_for
from services.risk_register.presenters.faults import STATES, fault_title, late_words, open_for_words, place_words
from services.risk_register.presenters.queue import address_beside
from services.shared.web.static_files import HashedFolder
from services.shared.web.templating import Pages

HERE = Path(__file__).parent
assets = HashedFolder(HERE / "static", "/static/review")
pages = Pages(HERE / "templates", assets=assets)
pages.environment.globals["address_beside"] = address_beside
pages.environment.globals |= {
    "fault_states": STATES,
    "fault_title": fault_title,
    "late_words": late_words,
    "open_for_words": open_for_words,
    "place_words": place_words,
}
pages.environment.filters["words"] = words_for
pages.environment.filters["until_words"] = until_words
