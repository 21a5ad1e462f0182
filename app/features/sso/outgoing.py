"""Calls to a provider: https unless on this machine, no redirects, bounded in time and size."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import orjson

from app.features.sso.problems import ProviderMistaken, ProviderNotReached
from app.settings.providers import travels_safely

SECONDS: Final = 4.0
LARGEST: Final = 262_144
# A compressed answer could be far larger than what is counted on the wire.
HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}
# A connection kept for the next person would often be closed by the other side by then.
ONE_CALL_EACH: Final = httpx.Limits(max_connections=50, max_keepalive_connections=0)
BUSY: Final = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """What a provider answered: JSON, an object; its values are never shown or logged."""

    status: int
    members: dict[str, Any]


class Outgoing:
    """The connections to one provider, made when they are first needed."""

    def __init__(self, ca_file: Path | None = None) -> None:
        self._ca_file = ca_file
        self._client: httpx.AsyncClient | None = None

    async def get(self, url: str) -> dict[str, Any]:
        """Fetch an object; raises ProviderNotReached or ProviderMistaken."""
        reply = await self._ask("GET", url)
        if reply.status != httpx.codes.OK:
            raise ProviderMistaken
        return reply.members

    async def post(
        self, url: str, form: Mapping[str, str], basic: tuple[str, str] | None = None
    ) -> Reply:
        """Send a form; raises ProviderNotReached or ProviderMistaken."""
        auth = httpx.BasicAuth(*basic) if basic else None
        return await self._ask("POST", url, data=dict(form), auth=auth)

    async def close(self) -> None:
        """Let the connections go."""
        if self._client is not None:
            await self._client.aclose()

    async def _ask(self, method: str, url: str, **content: Any) -> Reply:
        if not travels_safely(url):
            raise ProviderMistaken
        client = self._opened()
        try:
            async with asyncio.timeout(SECONDS):
                async with client.stream(method, url, **content) as answer:
                    return await _read(answer)
        except (httpx.TransportError, TimeoutError):
            raise ProviderNotReached from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise ProviderMistaken from None

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                verify=ssl.create_default_context(cafile=self._ca_file),
                headers=HEADERS,
                timeout=SECONDS,
                limits=ONE_CALL_EACH,
                follow_redirects=False,
                trust_env=False,
            )
        return self._client


async def _read(answer: httpx.Response) -> Reply:
    if answer.status_code in BUSY:
        raise ProviderNotReached
    body = b""
    async for part in answer.aiter_raw():
        body += part
        if len(body) > LARGEST:
            raise ProviderMistaken
    try:
        members = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ProviderMistaken from None
    if not isinstance(members, dict):
        raise ProviderMistaken
    return Reply(answer.status_code, members)
