"""Submitters: in whose name a job acts, by the staff as it stands at that moment."""

from dataclasses import dataclass, replace
from uuid import UUID

from app.core.access import Actor, ActorKind
from app.core.job_runs import SubmitterNotActive
from app.core.overlapping import overlap
from app.features.staff.directory import StaffDirectory


@dataclass(frozen=True, slots=True)
class StaffSubmitters:
    """The staff, read anew before a job begins and watched while it runs.

    Nothing of the rights at the time of submitting is kept, but how far a token was narrowed:
    roles, reach and what is lent are those of the moment at each step.
    """

    directory: StaffDirectory

    async def refresh(self) -> None:
        """See the staff as it is now."""
        await self.directory.refresh()

    def actor(
        self, submitter_id: UUID, session: str, narrowing: frozenset[str] | None = None
    ) -> Actor:
        """Return a submitter as the actor of a job; raises SubmitterNotActive."""
        staff = self.directory.staff
        user = staff.users.get(submitter_id)
        if user is None or not user.is_active:
            raise SubmitterNotActive
        held = staff.scopes_of(user)
        scopes = held if narrowing is None else overlap(held, narrowing)
        actor = staff.actor(user, session, scopes=scopes)
        return replace(actor, kind=ActorKind.JOB, narrowing=narrowing)
