"""The wiring of control: settings and tools in, handlers and routes out."""

from services.shared.service import Service, Tools


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    return Service(name="control")
