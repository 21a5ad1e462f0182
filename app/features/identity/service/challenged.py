"""Whose challenge it is, and whether it still says that the password is right."""

from app.core.work import UnitOfWork
from app.features.factors.challenges import Purpose, read_challenge
from app.features.factors.problems import FactorRefused
from app.features.identity.problems import SignInFailed
from app.features.identity.repository import Login, LoginRepository
from app.features.identity.service.desk import Desk
from app.features.identity.service.opening import SessionOpener
from app.features.staff.snapshot import User


async def challenged(
    work: UnitOfWork, desk: Desk, text: str, purpose: Purpose = Purpose.SIGN_IN
) -> tuple[User, Login]:
    """Return the user; raises SignInFailed for what is older than the password, or no one's."""
    try:
        found = read_challenge(work.platform.sealing, text, purpose)
    except FactorRefused:
        raise SignInFailed from None
    user = await SessionOpener(work, desk).active(found.user_id)
    login = await LoginRepository(work).login(user.username) if user else None
    changed_at = login.changed_at if login else None
    is_stale = changed_at is not None and found.made_at <= changed_at
    if user is None or login is None or is_stale:
        work.line.detail["user"] = str(found.user_id)
        raise SignInFailed
    return user, login
