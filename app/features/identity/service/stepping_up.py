"""Stepping up: a second factor shown once more, within the session that there is."""

from datetime import datetime
from uuid import UUID

from app.core.access import ActorKind
from app.core.problems import NotPermitted, NotSignedIn
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.factors.problems import FactorRefused, NoFactor
from app.features.factors.service import FactorProof, SecondFactors
from app.features.identity.problems import FactorMistaken
from app.features.identity.repository import SessionRepository
from app.features.identity.schemas import StepUp
from app.features.identity.service.asking import needed
from app.features.identity.service.desk import Desk
from app.features.identity.service.opening import SessionOpener


class StepUpService:
    """Makes a session fresh for whoever shows a second factor."""

    def __init__(self, work: UnitOfWork, desk: Desk) -> None:
        self._work = work
        self._sessions = SessionRepository(work, desk.idle)
        self._opener = SessionOpener(work, desk)

    async def step_up(self, sent: StepUp) -> Shown:
        """Issue a token of the same session that names this moment; refreshing keeps it."""
        user_id, session_id = self._own()
        proof = sent.proof
        if not await SecondFactors(self._work).methods(user_id):
            raise NoFactor
        if proof is None:
            raise await needed(self._work, user_id)
        return await self._renewed(user_id, session_id, await self._proven(user_id, proof))

    async def _renewed(self, user_id: UUID, session_id: UUID, factor_at: datetime) -> Shown:
        user = await self._opener.active(user_id)
        async with self._work.changing() as connection:
            session = await self._sessions.step_up(connection, session_id, factor_at)
            if user is None or session is None:  # not any more, since the request came in
                raise NotSignedIn
            token = self._opener.admit(user, session)
        return self._opener.answer(token, session, None)

    async def _proven(self, user_id: UUID, proof: FactorProof) -> datetime:
        try:
            return await SecondFactors(self._work).verify(user_id, proof)
        except FactorRefused:
            raise FactorMistaken from None

    def _own(self) -> tuple[UUID, UUID]:
        actor = self._work.actor
        if actor.kind is not ActorKind.PERSON or actor.actor_id is None or actor.session is None:
            raise NotPermitted
        return actor.actor_id, UUID(actor.session)
