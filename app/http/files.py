"""Files: answers that leave piece by piece, no faster than they are read."""

from typing import Final

from app.core.views import Sent
from app.http.asgi import Send

MEDIA_TYPE: Final = "application/octet-stream"
SECONDS: Final = 900.0  # of the request that a file answers


async def send_file(send: Send, sent: Sent) -> None:
    """Send a file; the first piece waits for the audit line, as the first byte of any answer."""
    headers = [
        (b"content-type", sent.media_type.encode()),
        (b"content-length", str(sent.size).encode()),
        (b"content-disposition", f'attachment; filename="{sent.name}"'.encode()),
    ]
    try:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async for piece in sent.pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    finally:
        await sent.pieces.aclose()
    await send({"type": "http.response.body", "body": b""})
