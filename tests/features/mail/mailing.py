"""A service with a mail server, and what stands in its outbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from app.core.clock import new_id
from app.core.work import Platform
from app.features.mail.service import send_messages
from app.settings import MailSecurity, MailSettings, Settings
from tests.conftest import DatabaseUrls, open_test_platform
from tests.features.mail.sink import HOST, Sink
from tests.service import Service, running_service

PAGES = "https://crm.example.com/pages"


def mail_settings(sink: Sink, **values: Any) -> MailSettings:
    """Return the settings by which a mail server of tests is reached."""
    chosen = {"security": MailSecurity.NONE, "sender": "cims@example.com", "link_base": PAGES}
    return MailSettings(host=HOST, port=sink.port, **{**chosen, **values})


@dataclass(frozen=True, slots=True)
class Post:
    """The service, its mail server, and the process that sends."""

    service: Service
    sink: Sink
    platform: Platform

    async def send(self) -> None:
        """Take one turn of sending."""
        await send_messages(self.platform)

    async def send_now(self) -> None:
        """Let everything be due, and take a turn."""
        await self.run("update messages set not_before = now() where state = 'queued'")
        await self.send()

    async def run(self, sql: str, *args: object) -> list[asyncpg.Record]:
        """Run a statement as the owner."""
        owner = await asyncpg.connect(self.service.owner_url)
        try:
            return list(await owner.fetch(sql, *args))
        finally:
            await owner.close()

    async def messages(self, user: dict[str, Any]) -> list[dict[str, Any]]:
        """List the messages to a user, as the administrator sees them."""
        client = await self.service.as_("administrator")
        answer = await client.get(f"/v1/messages?user_id={user['user_id']}")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    async def state(self, user: dict[str, Any]) -> tuple[str, str | None]:
        """Return where the newest message to a user stands, and what hindered it."""
        newest = (await self.messages(user))[0]
        return newest["state"], newest["trouble"]


@asynccontextmanager
async def a_post(
    urls: DatabaseUrls, settings: Settings, sink: Sink, **values: Any
) -> AsyncIterator[Post]:
    """Run the service with a mail server."""
    mailing = settings.model_copy(update={"mail": mail_settings(sink, **values)})
    async with (
        running_service(mailing, urls.app, urls.owner) as service,
        open_test_platform(urls.app, mailing) as platform,
    ):
        platform.tools[MailSettings] = mailing.mail
        yield Post(service, sink, platform)


def an_address() -> str:
    """Return a mail address that no other test uses."""
    return f"guest-{new_id().hex}@example.com"
