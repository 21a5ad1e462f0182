"""Rules of what a client may be given: roles, scopes, an owner, networks, a time."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.core.clock import now
from app.core.networks import network_in
from app.core.problems import Fault, Malformed
from app.core.work import UnitOfWork
from app.features.clients.repository import ApiClient
from app.features.clients.service.desk import ClientDesk, require_assignable
from app.features.staff.service.rules import Rules

LISTS = ("roles", "scopes", "networks")


def as_kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return sent members as a client holds them; raises Malformed for what is no network."""
    kept = {name: _kept(name, value) for name, value in values.items()}
    if "networks" in kept:
        kept["networks"] = _networks(kept["networks"])
    return kept


def _kept(name: str, value: Any) -> Any:
    return tuple(value) if name in LISTS and value is not None else value


def _networks(texts: tuple[str, ...]) -> tuple[str, ...]:
    found = [network_in(text) for text in texts]
    faults = [
        Fault(f"/networks/{place}", "network-invalid")
        for place, one in enumerate(found)
        if one is None
    ]
    if faults:
        raise Malformed(faults=faults)
    return tuple(dict.fromkeys(str(one) for one in found))


class ClientRules:
    """Refuses what no client may be given; asked within the change."""

    def __init__(self, work: UnitOfWork, desk: ClientDesk) -> None:
        self._work = work
        self._desk = desk
        self._rules = Rules(work, desk.directory)

    async def require_fitting(self, client: ApiClient, was: ApiClient | None) -> None:
        """Hold what is new in a client against all rules."""
        names = {name for name in client.__slots__ if _is_new(client, was, name)}
        if "roles" in names:
            require_assignable(self._work, {*client.roles} - {*(was.roles if was else ())})
            await self._rules.require_roles(client.roles)
        if "scopes" in names:
            self._require_granted(client)
        if "department_id" in names:
            await self._rules.require_departments(client.department_id, ())
        if "owner_id" in names:
            await self._require_owner(client.owner_id)
        if "expires_at" in names:
            self._require_time(client)

    async def _require_owner(self, owner_id: UUID | None) -> None:
        if owner_id is None:
            raise Malformed(faults=[Fault("/owner_id", "missing")])
        await self._rules.require_colleague(owner_id)

    def _require_granted(self, client: ApiClient) -> None:
        """Refuse scopes that none of the roles grants: they would be a promise without effect."""
        granted = self._desk.directory.staff.granted(client.roles, None)
        faults = [
            Fault(f"/scopes/{place}", "scope-not-granted")
            for place, scope in enumerate(client.scopes or ())
            if scope not in granted
        ]
        if faults:
            raise Malformed(faults=faults)

    def _require_time(self, client: ApiClient) -> None:
        at = now()
        if not at < client.expires_at <= at + self._desk.longest:
            raise Malformed(faults=[Fault("/expires_at", "expiry-out-of-range")])


def _is_new(client: ApiClient, was: ApiClient | None, name: str) -> bool:
    return was is None or getattr(client, name) != getattr(was, name)
