"""Asking the application itself, message by message, to see what leaves it and when."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from app.core.clock import new_id
from app.http.asgi import App, Message


@dataclass(slots=True)
class Sent:
    """What has left so far."""

    request_id: str
    messages: list[Message] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The status that was sent."""
        return int(self.messages[0]["status"])


async def send_to(
    app: App,
    client: httpx.AsyncClient,
    method: str,
    customer: dict[str, Any],
    *,
    on_send: Callable[[Sent], Awaitable[None]],
    body: bytes = b"",
) -> Sent:
    """Ask for a customer as a client does, and call back before each message is taken."""
    sent = Sent(str(new_id()))

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        await on_send(sent)
        sent.messages.append(message)

    headers = {
        "authorization": client.headers["authorization"],
        "content-type": "application/json",
        "if-match": "*",
        "x-request-id": sent.request_id,
    }
    scope = {
        "type": "http",
        "method": method,
        "path": f"/v1/customers/{customer['customer_id']}",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("192.0.2.7", 4711),
    }
    await app(scope, receive, send)
    return sent
