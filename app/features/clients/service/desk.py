"""The desk: what a process has once for other systems, and what all changes have in common."""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import NotPermitted
from app.core.work import UnitOfWork
from app.features.clients.problems import OwnClient
from app.features.clients.repository import ApiClient
from app.features.identity.service import OtherSessions
from app.features.staff.directory import StaffDirectory
from app.features.staff.service import changed_staff


@dataclass(frozen=True, slots=True)
class ClientDesk:
    """What a process has once for other systems."""

    directory: StaffDirectory
    sessions: OtherSessions
    longest: timedelta

    def changing(self, work: UnitOfWork) -> AbstractAsyncContextManager[None]:
        """Change clients one at a time, as the staff they are part of."""
        return changed_staff(work, self.directory)


def require_other(work: UnitOfWork, api_client_id: UUID) -> None:
    """Refuse to let a client change itself."""
    if api_client_id == work.actor.actor_id:
        raise OwnClient


def require_assignable(work: UnitOfWork, roles: Iterable[str]) -> None:
    """Refuse roles that the actor may not assign: neither their own, nor theirs to give.

    Whoever sees a secret may act in all roles of its client.
    """
    is_theirs = work.actor.may(Permission.STAFF_WRITE)
    if not is_theirs and not {*roles} <= {*work.actor.roles}:
        raise NotPermitted


def note(work: UnitOfWork, client: ApiClient, names: Iterable[str], **detail: Any) -> None:
    """Note on the line what is changed of which client."""
    work.line.changed.update(dict.fromkeys(names))
    work.line.detail |= {"api_client": str(client.api_client_id), **detail}
