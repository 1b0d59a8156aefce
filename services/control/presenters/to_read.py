"""What is to be read, in words: why a watch is asked, how it is called, and from where somebody read."""

from collections.abc import Sequence
from urllib.parse import urlencode

from schemas.vocabulary import Watch
from services.control.rules.reading import LOG, Channel, LogWanted
from services.control.rules.to_read import Why

WHY = {
    Why.FIRST: "first time at level 4 or 5",
    Why.GROUND: "on your ground now",
    Why.LEVEL: "higher level",
    Why.EVACUATION: "evacuation strategy",
    Why.CRITICAL_FACTS: "critical facts",
    Why.SYSTEMS: "fixed systems",
    Why.HAZARDS: "hazards",
    Why.ACCESS: "appliance access",
    Why.WALL: "outside wall",
}
CHANNELS = {
    Channel.CONTROL: "Control",
    Channel.DEVICE: "Tablet or MDT",
    Channel.PAGE: "Page",
    Channel.PROGRAMME: "Another programme",
}
NOT_KEPT = "Not kept then"
PACK = "station/"


def why_words(because: Sequence[Why]) -> str:
    """Return why a watch is asked: "Evacuation strategy, hazards"."""
    words = ", ".join(WHY[each] for each in because)
    return words[:1].upper() + words[1:]


def watch_words(watch: Watch) -> str:
    """Return a watch as people say it: "Red watch", "On call"."""
    words = watch.value.replace("_", " ").capitalize()
    return words if watch is Watch.ON_CALL else f"{words} watch"


def channel_words(channel: Channel | None) -> str:
    """Return from where somebody read; what was kept before that was kept says so."""
    return CHANNELS[channel] if channel else NOT_KEPT


def purpose_words(purpose: str) -> str:
    """Return what somebody read for: "Looked up", "Codes: gas leak"."""
    known = {"look-up": "Looked up", "live": "Changed on their open page"}
    return known.get(purpose, purpose[:1].upper() + purpose[1:])


def read_words(premises_id: str, name: str | None) -> str:
    """Return what was read: the premises by name, a station's whole pack, or this log."""
    if premises_id == LOG:
        return "This log"
    if premises_id.startswith(PACK):
        return f"The pack of station {premises_id.removeprefix(PACK)}"
    return name or "A premises of which nothing is shown now"


def log_link(path: str, wanted: LogWanted) -> str:
    """Return the address of a search of the log up to the number of its page."""
    named = {
        "premises_id": wanted.premises_id,
        "who": wanted.who,
        "first": wanted.first.isoformat(),
        "last": wanted.last.isoformat(),
        "channel": wanted.channel or "",
        "version": str(wanted.version or ""),
    }
    return f"{path}?{urlencode({name: value for name, value in named.items() if value})}&page="
