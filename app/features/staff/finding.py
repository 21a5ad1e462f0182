"""Finding users in memory: by status, role, department, and how a name begins."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from app.core import kinds
from app.core.kinds import Invalid
from app.core.paging import Asked
from app.core.problems import Fault, Malformed
from app.features.staff.models import UserStatus
from app.features.staff.snapshot import Snapshot, User

USER_FILTERS: Final = frozenset({"status", "role", "department_id", "q"})


def found_users(staff: Snapshot, asked: Asked) -> Iterable[User]:
    """Return the users that fit all that is asked; raises Malformed."""
    found: Iterable[User] = staff.users.values()
    if (status := asked.one("status")) is not None:
        wanted = _status(status)
        found = [user for user in found if user.status is wanted]
    if (role := asked.one("role")) is not None:
        found = [user for user in found if role in user.roles]
    if (department := asked.one("department_id")) is not None:
        found = _of_department(found, department)
    if (beginning := asked.one("q")) is not None:
        found = _called(found, _plain(beginning))
    return found


def _status(text: str) -> UserStatus:
    try:
        return UserStatus(text)
    except ValueError:
        raise Malformed(faults=[Fault("/status", "choice-unknown")]) from None


def _of_department(users: Iterable[User], text: str) -> list[User]:
    """Return those who belong to a department, be it their primary one or another."""
    try:
        wanted = kinds.UUID.normalise(text)
    except Invalid as refusal:
        raise Malformed(faults=[Fault("/department_id", refusal.code)]) from None
    return [user for user in users if wanted in (user.department_id, *user.further)]


def _called(users: Iterable[User], beginning: str) -> list[User]:
    """Return those whose user name, or any part of whose display name, begins so."""
    return [
        user
        for user in users
        if user.username.startswith(beginning)
        or any(part.startswith(beginning) for part in _beginnings(_plain(user.display_name)))
    ]


def _beginnings(name: str) -> Iterable[str]:
    words = name.split()
    return (" ".join(words[place:]) for place in range(len(words)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
