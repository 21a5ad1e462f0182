"""Enrolling: the first second factor of somebody whose role lets nobody in without one.

The challenge says that the password was right; it opens nothing but these two steps.
"""

from app.core.access import an_actor
from app.core.clock import now
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.factors.problems import FactorRefused
from app.features.factors.service import FactorService, SecondFactors
from app.features.identity.problems import SignInFailed
from app.features.identity.schemas import Enrolment, EnrolmentConfirmation
from app.features.identity.service.challenged import enrolling
from app.features.identity.service.desk import Desk
from app.features.identity.service.opening import Opening, SessionOpener
from app.features.staff.snapshot import User


class EnrolmentService:
    """Adds an authenticator app and opens the first session with it."""

    def __init__(self, work: UnitOfWork, desk: Desk) -> None:
        self._work = work
        self._desk = desk

    async def begin(self, sent: Enrolment) -> Shown:
        """Make the seed of an app, shown this once; one that was not confirmed gives way."""
        await self._admitted(sent.challenge)
        shown = await FactorService(self._work).add_first_app()
        return Shown(shown.values, tagged=False)

    async def confirm(self, sent: EnrolmentConfirmation) -> Shown:
        """Let the app count once it shows the right code, and open a session."""
        user = await self._admitted(sent.challenge)
        told = await FactorService(self._work).confirm_first(sent.factor_id, sent.code)
        await self._spend(sent.challenge)
        self._work.next_line()
        opener = SessionOpener(self._work, self._desk)
        opened = await opener.open(user, Opening(factor_at=now()))
        codes = {"recovery_codes": told.values["recovery_codes"]}
        return Shown({**opened.values, **codes}, tagged=False)

    async def _admitted(self, challenge: str) -> User:
        """Go on as the user of a challenge, who may do nothing else; none who has a factor."""
        user = await enrolling(self._work, self._desk, challenge)
        factors = SecondFactors(self._work)
        if await factors.is_spent(challenge) or await factors.methods(user.user_id):
            raise SignInFailed
        self._work.line.actor = an_actor(
            user.kind, user.user_id, username=user.username, roles=user.roles, scopes=()
        )
        return user

    async def _spend(self, challenge: str) -> None:
        try:
            await SecondFactors(self._work).spend(challenge)
        except FactorRefused:
            raise SignInFailed from None
