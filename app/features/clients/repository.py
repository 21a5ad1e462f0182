"""Other systems in the database: users of kind `client` with terms, secrets and a last use."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hmac import compare_digest
from typing import Any, Final
from uuid import UUID

import asyncpg

from app.core.clock import new_id, now
from app.core.problems import NotFound
from app.core.statements import Statement
from app.core.work import UnitOfWork
from app.features.staff.client_secrets import digest_of
from app.features.staff.models import UserStatus


def _ask(sql: str, *names: str) -> Statement:
    return Statement(sql, names, {})


CLIENT: Final = (
    "select u.user_id, u.username, u.display_name, c.description, c.owner_id, u.roles, c.scopes, "
    "u.department_id, c.networks, c.expires_at, u.status, u.status_at, u.status_by, u.created_at, "
    "x.used_at, x.source from users u join api_clients c on c.api_client_id = u.user_id "
    "left join client_uses x on x.api_client_id = u.user_id"
)
ALL: Final = _ask(CLIENT)
ONE: Final = _ask(f"{CLIENT} where u.user_id = $1", "api_client_id")
OPEN_USER: Final = _ask(
    "insert into users (user_id, username, display_name, kind, status, department_id, roles, "
    "status_at, status_by, created_at, updated_at) "
    "values ($1, $2, $3, 'client', $4, $5, $6, $7, $8, $9, $9)",
    *("api_client_id", "client_id", "name", "status", "department_id", "roles"),
    *("status_at", "status_by", "created_at"),
)
OPEN: Final = _ask(
    "insert into api_clients (api_client_id, description, owner_id, scopes, networks, expires_at) "
    "values ($1, $2, $3, $4, $5, $6)",
    *("api_client_id", "description", "owner_id", "scopes", "networks", "expires_at"),
)
SAVE_USER: Final = _ask(
    "update users set display_name = $2, status = $3, department_id = $4, roles = $5, "
    "status_at = $6, status_by = $7, updated_at = $8 where user_id = $1",
    *("api_client_id", "name", "status", "department_id", "roles"),
    *("status_at", "status_by", "at"),
)
SAVE: Final = _ask(
    "update api_clients set description = $2, owner_id = $3, scopes = $4, networks = $5, "
    "expires_at = $6 where api_client_id = $1",
    *("api_client_id", "description", "owner_id", "scopes", "networks", "expires_at"),
)
# Whoever signed in before there were secrets may have a password still: it counts as one.
LIVE: Final = _ask(
    "select secret_id, 'secret' as kind, made_at, expires_at, last_used_at from client_secrets "
    "where api_client_id = $1 and ended_at is null and (expires_at is null or expires_at > $2) "
    "union all select user_id, 'password', changed_at, null, null from credentials "
    "where user_id = $1 order by made_at",
    *("api_client_id", "at"),
)
NEW_SECRET: Final = _ask(
    "insert into client_secrets (secret_id, api_client_id, digest, made_at, made_by) "
    "values ($1, $2, $3, $4, $5)",
    *("secret_id", "api_client_id", "digest", "at", "by"),
)
LIMIT_SECRET: Final = _ask(
    "update client_secrets set expires_at = least(expires_at, $2) where secret_id = $1",
    *("secret_id", "until"),
)
END_SECRET: Final = _ask(
    "update client_secrets set ended_at = $2 where secret_id = $1", "secret_id", "at"
)
END_SECRETS: Final = _ask(
    "update client_secrets set ended_at = $2 where api_client_id = $1 and ended_at is null",
    *("api_client_id", "at"),
)
END_PASSWORD: Final = _ask("delete from credentials where user_id = $1", "api_client_id")
DIGESTS: Final = _ask(
    "select secret_id, digest from client_secrets where api_client_id = $1 "
    "and ended_at is null and (expires_at is null or expires_at > $2)",
    *("api_client_id", "at"),
)


@dataclass(frozen=True, slots=True)
class ApiClient:
    """Another system as it stands in the database, in the order of the statement."""

    api_client_id: UUID
    client_id: str
    name: str
    description: str
    owner_id: UUID | None
    roles: tuple[str, ...]
    scopes: tuple[str, ...] | None
    department_id: UUID | None
    networks: tuple[str, ...]
    expires_at: datetime
    status: UserStatus
    status_at: datetime | None
    status_by: UUID | None
    created_at: datetime
    used_at: datetime | None = None
    used_from: str | None = None


@dataclass(frozen=True, slots=True)
class LiveSecret:
    """A secret that opens the door; a password has the id of its client."""

    secret_id: UUID
    kind: str
    made_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class ApiClientRepository:
    """Reads and writes other systems; writes only within `changed_staff`."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def all(self) -> list[ApiClient]:
        """Return all of them, those that have ended too."""
        return [_client(row) for row in await self._work.fetch(ALL, {})]

    async def get(self, api_client_id: UUID) -> ApiClient:
        """Return one, or raise NotFound."""
        rows = await self._work.fetch(ONE, {"api_client_id": api_client_id})
        if not rows:
            raise NotFound
        return _client(rows[0])

    async def open(self, client: ApiClient) -> None:
        """Open a client; its name was drawn and is nobody's."""
        await self._work.fetch(OPEN_USER, _values(client))
        await self._work.fetch(OPEN, _values(client))

    async def save(self, client: ApiClient) -> None:
        """Put a client back as it is now."""
        await self._work.fetch(SAVE_USER, {**_values(client), "at": now()})
        await self._work.fetch(SAVE, _values(client))

    async def live_secrets(self, api_client_id: UUID) -> list[LiveSecret]:
        """Return what lets the client in, oldest first."""
        params = {"api_client_id": api_client_id, "at": now()}
        return [LiveSecret(*row) for row in await self._work.fetch(LIVE, params)]

    async def add_secret(self, api_client_id: UUID, secret: str) -> UUID:
        """Store a secret by its digest, and return its id."""
        secret_id = new_id()
        params = {
            "secret_id": secret_id,
            "api_client_id": api_client_id,
            "digest": digest_of(secret),
            "at": now(),
            "by": self._work.actor.actor_id,
        }
        await self._work.fetch(NEW_SECRET, params)
        return secret_id

    async def limit_secret(self, secret_id: UUID, until: datetime) -> None:
        """Let a secret end at that moment, unless it ends before."""
        await self._work.fetch(LIMIT_SECRET, {"secret_id": secret_id, "until": until})

    async def end_secret(self, api_client_id: UUID, secret_id: UUID) -> None:
        """End a secret at once; a password goes by the id of its client."""
        params = {"api_client_id": api_client_id, "secret_id": secret_id, "at": now()}
        await self._work.fetch(END_PASSWORD if secret_id == api_client_id else END_SECRET, params)

    async def end_secrets(self, api_client_id: UUID) -> None:
        """End all that lets the client in."""
        params = {"api_client_id": api_client_id, "at": now()}
        await self._work.fetch(END_SECRETS, params)
        await self._work.fetch(END_PASSWORD, params)

    async def secret_id(self, api_client_id: UUID, secret: str) -> UUID | None:
        """Return which of the client's live secrets this is."""
        params, sent = {"api_client_id": api_client_id, "at": now()}, digest_of(secret)
        rows = await self._work.fetch(DIGESTS, params)
        fits = [row["secret_id"] for row in rows if compare_digest(row["digest"], sent)]
        return fits[0] if fits else None


def _values(client: ApiClient) -> dict[str, Any]:
    values = asdict(client)
    scopes = None if client.scopes is None else list(client.scopes)
    return {
        **values,
        "roles": list(client.roles),
        "scopes": scopes,
        "networks": list(client.networks),
    }


def _client(row: asyncpg.Record) -> ApiClient:
    values: list[Any] = [tuple(value) if isinstance(value, list) else value for value in row]
    client = ApiClient(*values)
    return replace(client, status=UserStatus(client.status))
