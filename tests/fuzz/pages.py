"""Reading a page as a browser does: where its links lead, and what its forms ask for."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random
from urllib.parse import quote_plus

from tests.fuzz import nasty


@dataclass
class Field:
    """One field of a form: hidden ones carry what the page put there, others may have choices."""

    name: str
    value: str
    is_hidden: bool = False
    choices: list[str] = field(default_factory=list)


@dataclass
class PageForm:
    """A form as it stands on a page."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    def filled(self, chance: Random) -> str:
        """Return the body of the form filled in with what breaks programs; most hidden fields as they are."""
        pairs = []
        for each in self.fields:
            picked = chance.random()
            if each.is_hidden and picked < 0.97:
                value = quote_plus(each.value)
            elif each.choices and picked < 0.8:
                value = quote_plus(chance.choice(each.choices))
            elif picked < 0.25:
                continue
            elif picked < 0.45 and each.value:
                value = quote_plus(each.value)
            elif picked < 0.93:
                value = quote_plus(nasty.text(chance))
            else:
                value = chance.choice(nasty.RAW)
            pairs.append(f"{quote_plus(each.name)}={value}")
        if chance.random() < 0.1:
            pairs.append(f"{quote_plus(nasty.text(chance))}={quote_plus(nasty.text(chance))}")
        return "&".join(pairs)


class Page(HTMLParser):
    """The links and the forms of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[PageForm] = []
        self._form: PageForm | None = None
        self._select: Field | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in the beginning of an element."""
        given = {name: value or "" for name, value in attrs}
        for name in ("href", "hx-get", "data-screen", "data-latest"):
            if given.get(name, "").startswith("/") and not given[name].startswith("/static"):
                self.links.append(given[name])
        if tag == "form":
            self._form = PageForm(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._take(tag, given, self._form)

    def _take(self, tag: str, given: dict[str, str], form: PageForm) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "option" and self._select is not None:
            self._select.choices.append(value)
        if not name or tag not in ("input", "select", "textarea", "button"):
            return
        made = Field(name, value, given.get("type") == "hidden")
        same = next((each for each in form.fields if each.name == name and each.choices), None)
        if given.get("type") in ("radio", "checkbox") or tag == "button":
            made.choices.append(value)
            if same is not None:
                same.choices.append(value)
                return
        form.fields.append(made)
        self._select = made if tag == "select" else self._select

    def handle_endtag(self, tag: str) -> None:
        """Take in the end of an element."""
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = None
