"""Links between users and a provider's accounts, as those see and end them who keep the staff."""

from dataclasses import asdict
from uuid import UUID

from app.core.paging import Asked
from app.core.problems import NotFound
from app.core.views import Listed, Nothing
from app.core.work import UnitOfWork
from app.features.sso.repository import ExternalIdentityRepository
from app.features.staff.directory import StaffDirectory
from app.features.staff.pages import page_of
from app.features.staff.service import changed_staff
from app.features.staff.sessions import LiveSessions


class LinkService:
    """What may be done about links."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._directory: StaffDirectory = work.platform.tools[StaffDirectory]
        self._identities = ExternalIdentityRepository(work)

    async def page(self, user_id: UUID, asked: Asked) -> Listed:
        """List what opens a user's account; raises NotFound."""
        self._require_user(user_id)
        links = [asdict(link) for link in await self._identities.of_user(user_id)]
        return page_of(links, "issuer", asked, self._work.platform.sealing)

    async def unlink(self, user_id: UUID) -> Nothing:
        """Take all of them away, and end the user's sessions; raises NotFound."""
        self._require_user(user_id)
        sessions: LiveSessions = self._work.platform.tools[LiveSessions]
        async with changed_staff(self._work, self._directory):
            issuers = await self._identities.unlink(user_id)
            if not issuers:
                raise NotFound
            self._work.line.changed["external_identity"] = None
            self._work.line.detail["issuers"] = issuers
            ended = await sessions.end_all(self._work, user_id)
        sessions.let_go(ended)
        return Nothing()

    def _require_user(self, user_id: UUID) -> None:
        if user_id not in self._directory.staff.users:
            raise NotFound
        self._work.line.detail["staff"] = str(user_id)
