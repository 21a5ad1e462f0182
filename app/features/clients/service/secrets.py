"""Secrets of other systems: a second one beside the first, so that there is no gap, and an end."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.core.access import ActorKind
from app.core.clock import now
from app.core.problems import Fault, Malformed, NotFound
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.clients.problems import ClientStatusForbids, SecretMistaken, TwoSecretsLive
from app.features.clients.repository import ApiClient, ApiClientRepository, LiveSecret
from app.features.clients.service.desk import ClientDesk, note, require_assignable, require_other
from app.features.clients.service.views import whole
from app.features.staff.client_secrets import draw_secret
from app.features.staff.models import UserStatus

MOST: Final = 2


class SecretService:
    """What may be done with the secrets of other systems."""

    def __init__(self, work: UnitOfWork, desk: ClientDesk) -> None:
        self._work = work
        self._desk = desk
        self._clients = ApiClientRepository(work)

    async def rotate(self, api_client_id: UUID, old_expires_in: int | None) -> Shown:
        """Add a second secret; the one before stays good until it is ended, or for so long."""
        require_other(self._work, api_client_id)
        async with self._desk.changing(self._work):
            client = await self._clients.get(api_client_id)
            require_assignable(self._work, client.roles)
            secret = await self._rotated(client, old_expires_in)
            live = await self._clients.live_secrets(api_client_id)
        return whole(client, self._desk.directory.staff, live, client_secret=secret)

    async def rotate_own(self, current: str, old_expires_in: int | None) -> Shown:
        """Rotate the secret of the client that asks; a stolen token alone is not enough."""
        actor = self._work.actor
        if actor.kind is not ActorKind.CLIENT or actor.actor_id is None:
            raise SecretMistaken
        async with self._desk.changing(self._work):
            client = await self._own(actor.actor_id)
            if await self._clients.secret_id(client.api_client_id, current) is None:
                raise SecretMistaken
            secret = await self._rotated(client, old_expires_in)
            live = await self._clients.live_secrets(client.api_client_id)
        shown = {"client_id": client.client_id, "client_secret": secret}
        return Shown({**shown, "secrets": [asdict(one) for one in live]}, tagged=False)

    async def end(self, api_client_id: UUID, secret_id: UUID) -> Shown:
        """End a secret, and the tokens that were had with it, within a second; raises NotFound."""
        require_other(self._work, api_client_id)
        async with self._desk.changing(self._work), self._work.pinned():
            client = await self._clients.get(api_client_id)
            live = await self._clients.live_secrets(api_client_id)
            if secret_id not in {one.secret_id for one in live}:
                raise NotFound
            note(self._work, client, ["secrets"], secret_ended=str(secret_id))
            await self._clients.end_secret(api_client_id, secret_id)
            sessions, is_password = self._desk.sessions, secret_id == api_client_id
            ending = sessions.end_all if is_password else sessions.end_of_secret
            ended = await ending(self._work, secret_id)
            left = await self._clients.live_secrets(api_client_id)
        sessions.let_go(ended)
        return whole(client, self._desk.directory.staff, left)

    async def _own(self, api_client_id: UUID) -> ApiClient:
        try:
            return await self._clients.get(api_client_id)
        except NotFound:  # another system without terms: made by hand, so without secrets
            raise SecretMistaken from None

    async def _rotated(self, client: ApiClient, old_expires_in: int | None) -> str:
        if client.status is UserStatus.DEPARTED:
            raise ClientStatusForbids
        live = await self._clients.live_secrets(client.api_client_id)
        if len(live) >= MOST:
            raise TwoSecretsLive
        await self._limit(client, live, old_expires_in)
        secret = draw_secret()
        made = await self._clients.add_secret(client.api_client_id, secret)
        note(self._work, client, ["secrets"], secret_made=str(made), old_expires_in=old_expires_in)
        return secret

    async def _limit(
        self, client: ApiClient, live: Sequence[LiveSecret], seconds: int | None
    ) -> None:
        """Let what is live end by itself; a password cannot, it has to be ended."""
        if seconds is None:
            return
        if client.api_client_id in {one.secret_id for one in live}:
            raise Malformed(faults=[Fault("/old_secret_expires_in", "unacceptable")])
        for one in live:
            await self._clients.limit_secret(one.secret_id, now() + timedelta(seconds=seconds))
