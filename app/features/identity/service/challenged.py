"""Whose challenge it is, and whether it still says that the password is right."""

from dataclasses import dataclass

from app.core.work import UnitOfWork
from app.features.factors.challenges import Challenge, Purpose, read_challenge
from app.features.factors.problems import FactorRefused
from app.features.identity.problems import SignInFailed
from app.features.identity.repository import Login, LoginRepository
from app.features.identity.service.desk import Desk
from app.features.identity.service.opening import SessionOpener
from app.features.staff.snapshot import User


@dataclass(frozen=True, slots=True)
class Challenged:
    """Whose challenge it is; nobody's, if there is no such user who may still answer it.

    `name` is what wrong answers are counted under: no challenge of ours has one of its own.
    """

    name: str
    user: User | None = None
    login: Login | None = None


async def challenged(work: UnitOfWork, desk: Desk, text: str) -> Challenged:
    """Look up whose challenge it is, in the same steps for everybody's and nobody's."""
    found = _read(work, text, Purpose.SIGN_IN)
    user = await SessionOpener(work, desk).active(found.user_id) if found else None
    if found is None:
        await desk.directory.refresh()
    known = found and desk.directory.staff.users.get(found.user_id)
    login = await LoginRepository(work).login(known.username if known else "")
    name = known.username if known else f"challenge\n{text}"
    if found is None or user is None or login is None or _is_stale(found, login):
        _note(work, found)
        return Challenged(name, login=login)
    return Challenged(name, user, login)


async def enrolling(work: UnitOfWork, desk: Desk, text: str) -> User:
    """Return who adds a first factor; raises SignInFailed for what is no one's any more."""
    found = _read(work, text, Purpose.ENROLMENT)
    if found is None:
        raise SignInFailed
    user = await SessionOpener(work, desk).active(found.user_id)
    login = await LoginRepository(work).login(user.username) if user else None
    if user is None or login is None or _is_stale(found, login):
        _note(work, found)
        raise SignInFailed
    return user


def _read(work: UnitOfWork, text: str, purpose: Purpose) -> Challenge | None:
    try:
        return read_challenge(work.platform.sealing, text, purpose)
    except FactorRefused:
        return None


def _is_stale(found: Challenge, login: Login) -> bool:
    """Whether the password is another one since."""
    return login.changed_at is not None and found.made_at <= login.changed_at


def _note(work: UnitOfWork, found: Challenge | None) -> None:
    if found is not None:
        work.line.detail["user"] = str(found.user_id)
