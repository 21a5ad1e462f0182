"""Other systems: listed, opened, shown, changed, disabled, enabled and ended."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from app.core import kinds
from app.core.clock import new_id, now
from app.core.kinds import Invalid
from app.core.paging import Asked
from app.core.problems import Fault, Malformed, Stale
from app.core.repository import ANY_STATE
from app.core.views import Listed, Shown, etag_of
from app.core.work import UnitOfWork
from app.features.clients.problems import ClientStatusForbids
from app.features.clients.repository import ApiClient, ApiClientRepository
from app.features.clients.service.desk import ClientDesk, note, require_other
from app.features.clients.service.rules import ClientRules, as_kept
from app.features.clients.service.views import list_view, terms_of, whole
from app.features.staff.client_secrets import draw_client_id, draw_secret
from app.features.staff.models import UserStatus
from app.features.staff.pages import page_of

FILTERS: Final = frozenset({"owner_id", "status", "ownerless"})
STATUSES: Final = ("active", "expired", "disabled", "ended")


class ApiClientService:
    """What an administrator may do with other systems."""

    def __init__(self, work: UnitOfWork, desk: ClientDesk) -> None:
        self._work = work
        self._desk = desk
        self._clients = ApiClientRepository(work)
        self._rules = ClientRules(work, desk)

    async def page(self, asked: Asked) -> Listed:
        """List the clients by the name they sign in with, narrowed by what is asked."""
        staff = self._desk.directory.staff
        shown = [list_view(client, staff) for client in await self._clients.all()]
        found = _narrowed(shown, asked)
        return page_of(found, "client_id", asked, self._work.platform.sealing, FILTERS)

    async def get(self, api_client_id: UUID) -> Shown:
        """Show one client with its live secrets."""
        client = await self._clients.get(api_client_id)
        note(self._work, client, ())
        return await self._whole(client)

    async def create(self, values: Mapping[str, Any]) -> Shown:
        """Open a client with its first secret."""
        client, secret = self._new(as_kept(values)), draw_secret()
        async with self._desk.changing(self._work):
            await self._rules.require_fitting(client, None)
            roles = {"roles": [[], client.roles]}
            note(self._work, client, values, client_id=client.client_id, **roles)
            await self._clients.open(client)
            await self._clients.add_secret(client.api_client_id, secret)
        shown = await self._whole(client, client_secret=secret)
        shown.location = f"/v1/api-clients/{client.api_client_id}"
        return shown

    async def change(self, api_client_id: UUID, seen: str, values: Mapping[str, Any]) -> Shown:
        """Change a client; other rights take effect within a second."""
        require_other(self._work, api_client_id)
        kept = as_kept(values)
        async with self._desk.changing(self._work):
            client = await self._clients.get(api_client_id)
            _require_unchanged(client, seen)
            if client.status is UserStatus.DEPARTED:
                raise ClientStatusForbids
            fresh = replace(client, **kept)
            await self._rules.require_fitting(fresh, client)
            changed = [name for name in kept if getattr(fresh, name) != getattr(client, name)]
            roles = {"roles": [client.roles, fresh.roles]} if "roles" in changed else {}
            note(self._work, client, changed, **roles)
            await self._clients.save(fresh)
        return await self._whole(fresh)

    async def disable(self, api_client_id: UUID) -> Shown:
        """Keep a client out until further notice; its tokens end within a second, for good."""
        return await self._put(api_client_id, (UserStatus.ACTIVE,), UserStatus.SUSPENDED)

    async def enable(self, api_client_id: UUID) -> Shown:
        """Let a disabled client in again, with the secrets that it has still."""
        return await self._put(api_client_id, (UserStatus.SUSPENDED,), UserStatus.ACTIVE)

    async def end(self, api_client_id: UUID) -> Shown:
        """End a client and its secrets for good; it stays readable, for lines name it."""
        before = (UserStatus.ACTIVE, UserStatus.SUSPENDED)
        return await self._put(api_client_id, before, UserStatus.DEPARTED)

    async def _put(
        self, api_client_id: UUID, before: tuple[UserStatus, ...], status: UserStatus
    ) -> Shown:
        require_other(self._work, api_client_id)
        ended: set[UUID] = set()
        async with self._desk.changing(self._work), self._work.pinned():
            client = await self._clients.get(api_client_id)
            if client.status not in before:
                raise ClientStatusForbids
            by = self._work.actor.actor_id
            fresh = replace(client, status=status, status_at=now(), status_by=by)
            note(self._work, client, ["status"], status=[client.status, status])
            await self._clients.save(fresh)
            if status is UserStatus.DEPARTED:
                await self._clients.end_secrets(api_client_id)
            if status is not UserStatus.ACTIVE:
                ended = await self._desk.sessions.end_all(self._work, api_client_id)
        self._desk.sessions.let_go(ended)
        return await self._whole(fresh)

    async def _whole(self, client: ApiClient, **further: Any) -> Shown:
        secrets = await self._clients.live_secrets(client.api_client_id)
        return whole(client, self._desk.directory.staff, secrets, **further)

    def _new(self, values: Mapping[str, Any]) -> ApiClient:
        at = now()
        chosen = {"scopes": None, "department_id": None, "networks": (), **values}
        return ApiClient(
            api_client_id=new_id(),
            client_id=draw_client_id(),
            status=UserStatus.ACTIVE,
            status_at=at,
            status_by=self._work.actor.actor_id,
            created_at=at,
            **chosen,
        )


def _narrowed(shown: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
    """Return the clients that fit all that is asked; raises Malformed."""
    if (status := asked.one("status")) is not None:
        if status not in STATUSES:
            raise Malformed(faults=[Fault("/status", "choice-unknown")])
        shown = [one for one in shown if one["status"] == status]
    if (owner := asked.one("owner_id")) is not None:
        wanted = _id(owner)
        shown = [one for one in shown if one["owner_id"] == wanted]
    if (ownerless := asked.one("ownerless")) is not None:
        if ownerless not in {"true", "false"}:
            raise Malformed(faults=[Fault("/ownerless", "choice-unknown")])
        shown = [one for one in shown if one["owner_is_active"] is (ownerless == "false")]
    return shown


def _id(text: str) -> UUID:
    try:
        found: UUID = kinds.UUID.normalise(text)
    except Invalid as refusal:
        raise Malformed(faults=[Fault("/owner_id", refusal.code)]) from None
    return found


def _require_unchanged(client: ApiClient, seen: str) -> None:
    etag = etag_of(terms_of(client))
    if seen not in {ANY_STATE, etag}:
        raise Stale(headers={"ETag": etag})
