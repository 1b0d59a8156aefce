"""How often somebody may search, and what they may type."""

from typing import Annotated

from fastapi import Query

from schemas.visit_parts import NO_NUL
from services.control.rules.pace import SEARCHES
from services.control.rules.search_words import LONGEST_QUERY
from services.shared.web.limited import at_most

SHORTEST_PURPOSE, LONGEST_PURPOSE = 5, 200
# All ways to search are counted together.
SEARCHING = at_most("searches", SEARCHES)
Asked = Annotated[str, Query(max_length=LONGEST_QUERY, pattern=NO_NUL)]
