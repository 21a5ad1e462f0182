"""A listening service: the application behind uvicorn on the loopback, as it is served."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httptools
import uvicorn

from app.http.asgi import App
from app.http.wire import GuardedProtocol

PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the service listens, and the server that listens."""

    host: str
    port: int
    server: uvicorn.Server

    async def talk(self, *parts: bytes, pause: float = 0.0, ends: bool = True) -> bytes:
        """Send parts with pauses in between, and return all that comes back until the end."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(pause)
            if ends:
                writer.write_eof()
            async with asyncio.timeout(PATIENCE):
                return await reader.read()
        finally:
            writer.close()


@asynccontextmanager
async def listening(app: App, protocol: type[GuardedProtocol]) -> AsyncIterator[Listening]:
    """Listen on a free port; the application's own lifespan runs already."""
    config = uvicorn.Config(
        app,
        port=0,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=1,
        timeout_graceful_shutdown=5,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    yield Listening(host, port, server)
    await server.shutdown()


class _Answers:
    """What the parser of answers has found."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.parser = httptools.HttpResponseParser(self)

    def on_headers_complete(self) -> None:
        """Note an answer."""
        self.statuses.append(self.parser.get_status_code())


def statuses(raw: bytes) -> Sequence[int]:
    """Parse answers and return their statuses; raises what the parser raises."""
    answers = _Answers()
    if raw:
        answers.parser.feed_data(raw)
    return [status for status in answers.statuses if status != 100]
