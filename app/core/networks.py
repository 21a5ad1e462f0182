"""Networks: which addresses a caller may come from, and which proxies are believed."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from app.core.remembering import remembered

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LONGEST: Final = 64


@remembered(4096)
def address_in(text: str) -> Address | None:
    """Read an address; an IPv4 one that is written as IPv6 (RFC 4291, 2.5.5.2) is the IPv4 one."""
    try:
        found = ipaddress.ip_address(text if len(text) <= LONGEST and "%" not in text else "")
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def network_in(text: str) -> Network | None:
    """Read a network, or an address alone; nothing when bits beyond its prefix are set."""
    try:
        return ipaddress.ip_network(text if len(text) <= LONGEST and "%" not in text else "")
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Networks:
    """A list of networks; an empty one holds no address."""

    held: tuple[Network, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Read networks; what is none is left out, so that a broken list admits less."""
        return cls(tuple(found for text in texts if (found := network_in(text)) is not None))

    def __contains__(self, source: str | None) -> bool:
        """Whether an address, as text, lies in one of them."""
        return _lies_in(self, source or "")


@remembered(4096)
def _lies_in(networks: Networks, source: str) -> bool:
    address = address_in(source)
    return address is not None and any(address in one for one in networks.held)
