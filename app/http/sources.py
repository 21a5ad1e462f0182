"""Where a request comes from: who is connected, or whom proxies that are trusted name.

`X-Forwarded-For` is believed from the right, hop by hop, as far as each hop is a trusted proxy:
what stands further left, anybody may have written. `Forwarded` and `X-Real-IP` are not read.
"""

import re
from collections.abc import Iterable
from typing import Final

from app.core.networks import Networks, address_in
from app.http.asgi import Scope

HEADER: Final = b"x-forwarded-for"
# More hops than this are no proxies of ours.
MOST_HOPS: Final = 32
PORT: Final = r"(?::[0-9]{1,5})?"
HOP: Final = re.compile(rf"\[(?P<six>[0-9A-Fa-f:.]+)\]{PORT}|(?P<four>[0-9.]+){PORT}|(?P<bare>\S+)")


class Sources:
    """Tells sources by the proxies that are trusted; without any it is who is connected."""

    def __init__(self, proxies: Iterable[str] = ()) -> None:
        self._proxies = Networks.of(proxies)

    def of(self, scope: Scope) -> str | None:
        """Return the address of whoever asks."""
        peer: str | None = scope["client"][0] if scope.get("client") else None
        if not self._proxies.held or peer not in self._proxies:
            return peer
        return self._named(peer or "", _hops(scope))

    def _named(self, proxy: str, hops: list[str]) -> str:
        """Return the first hop from the right that is none of ours.

        A hop that is no address was written by whoever our last proxy talked to, or by that proxy
        itself: then nobody further is known, and the proxy stands for them.
        """
        source = proxy
        for hop in reversed(hops[-MOST_HOPS:]):
            found = _address(hop)
            if found is None:
                return source
            source = found
            if source not in self._proxies:
                break
        return source


def _hops(scope: Scope) -> list[str]:
    """Return all hops in the order in which they were added; several headers are one list."""
    values = [value for name, value in scope["headers"] if name == HEADER]
    return b",".join(values).decode("latin-1").split(",") if values else []


def _address(hop: str) -> str | None:
    """Read an address with or without a port, in its one form."""
    found = HOP.fullmatch(hop.strip(" \t"))
    if found is None:
        return None
    address = address_in(found["six"] or found["four"] or found["bare"])
    return None if address is None else str(address)
