"""Every routine of the service: one line for each feature."""

from app.core.routines import Routine


def all_routines() -> list[Routine]:
    """Return what comes back by itself."""
    return []
