"""Sources: who is connected, or whom trusted proxies name; nobody else is believed."""

from ipaddress import ip_network

import pytest
from pydantic import ValidationError

from app.http.asgi import Scope
from app.http.sources import HEADER, MOST_HOPS, Sources
from app.settings import LimitSettings, Settings
from tests.conftest import NewDatabase
from tests.features.clients.builders import a_system
from tests.service import running_service

PROXIES = ("10.0.0.0/8", "2001:db8:ffff::/48")


def a_scope(peer: str | None, *values: bytes) -> Scope:
    """Make a request from a peer with such headers."""
    headers = [(b"host", b"x"), *((b"x-forwarded-for", value) for value in values)]
    return {"client": (peer, 4711) if peer else None, "headers": headers}


@pytest.mark.parametrize(
    ("peer", "values", "source"),
    [
        ("10.0.0.1", [b"192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", [b"192.0.2.1, 10.0.0.9"], "192.0.2.1"),
        ("10.0.0.1", [b"203.0.113.66, 192.0.2.1, 10.0.0.9, 10.1.1.1"], "192.0.2.1"),
        ("10.0.0.1", [b"10.0.0.5, 192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", [b"203.0.113.66", b"192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", [b"192.0.2.1", b"10.0.0.9"], "192.0.2.1"),
        ("10.0.0.1", [b"192.0.2.1:8080"], "192.0.2.1"),
        ("10.0.0.1", [b"[2001:db8::1]:443"], "2001:db8::1"),
        ("10.0.0.1", [b"[2001:db8::1]"], "2001:db8::1"),
        ("10.0.0.1", [b"2001:DB8::0001"], "2001:db8::1"),
        ("10.0.0.1", [b"::ffff:192.0.2.1"], "192.0.2.1"),
        ("2001:db8:ffff::9", [b"192.0.2.1"], "192.0.2.1"),
        ("::ffff:10.0.0.1", [b"192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", [b"10.0.0.2, 10.0.0.3"], "10.0.0.2"),
    ],
)
def test_trusted_proxies_are_believed(peer: str, values: list[bytes], source: str) -> None:
    """From the right, the first hop that is none of ours; IPv6 and ports included."""
    assert Sources(PROXIES).of(a_scope(peer, *values)) == source


@pytest.mark.parametrize(
    ("peer", "values", "source"),
    [
        ("192.0.2.9", [b"203.0.113.66"], "192.0.2.9"),
        ("192.0.2.9", [b"10.0.0.1, 203.0.113.66"], "192.0.2.9"),
        ("11.0.0.1", [b"10.0.0.1"], "11.0.0.1"),
        (None, [b"203.0.113.66"], None),
        ("testclient", [b"203.0.113.66"], "testclient"),
    ],
)
def test_nobody_else_is(peer: str | None, values: list[bytes], source: str | None) -> None:
    """Whoever is connected without being a proxy of ours writes what he likes."""
    assert Sources(PROXIES).of(a_scope(peer, *values)) == source


def test_by_default_no_header_counts() -> None:
    """Without trusted proxies the peer is the source, whatever it is."""
    assert Sources().of(a_scope("10.0.0.1", b"203.0.113.66")) == "10.0.0.1"


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b" ",
        b",",
        b"unknown",
        b"_hidden",
        b"for=192.0.2.1",
        b"192.0.2.1:notaport",
        b"192.0.2.1:123456",
        b"192.0.2.256",
        b"192.0.2.01",
        b"fe80::1%eth0",
        b"[2001:db8::1",
        b"\xff\xfe",
        b"192.0.2.1 10.0.0.1",
        b"203.0.113.66\t203.0.113.67",
        b"1" * 9000,
    ],
)
def test_garbage_names_nobody(garbage: bytes) -> None:
    """Then the last proxy of ours stands for whoever was behind it; the rest is not read."""
    assert Sources(PROXIES).of(a_scope("10.0.0.1", garbage)) == "10.0.0.1"
    forged = b"203.0.113.66, " + garbage + b", 10.0.0.7"
    assert Sources(PROXIES).of(a_scope("10.0.0.1", forged)) in {"10.0.0.7", "10.0.0.1"}


def test_a_long_chain_is_not_walked_for_ever() -> None:
    """More hops than proxies can be are not read; the last one looked at is the source."""
    chain = b"203.0.113.66," + b",".join([b"10.0.0.2"] * MOST_HOPS)

    assert Sources(PROXIES).of(a_scope("10.0.0.1", chain)) == "10.0.0.2"


@pytest.mark.parametrize("value", ["10.0.0.1/8", "proxy.example", "*", "10.0.0.0/99"])
def test_what_is_no_network_stops_the_start(value: str) -> None:
    """A setting that means nothing is not taken for one that trusts nobody, nor anybody."""
    with pytest.raises(ValidationError):
        Settings(trusted_proxies=[value])  # type: ignore[list-item]  # as it comes in


async def test_throttles_go_by_the_named_source(
    new_database: NewDatabase, settings: Settings
) -> None:
    """Another forged header each time is the same source; behind a proxy each is its own."""
    changes = {
        "trusted_proxies": [ip_network("10.0.0.0/8")],
        "limits": LimitSettings(unknown_per_minute=3),
    }
    urls = await new_database()
    strict = settings.model_copy(update=changes)
    async with running_service(strict, urls.app, urls.owner) as service:
        found = {}
        for peer in ("203.0.113.66", "10.0.0.1"):
            async with service.anonymous(peer) as client:
                found[peer] = [
                    (await client.get("/v1/me", headers={HEADER.decode(): f"192.0.2.{one}"}))
                    for one in range(5)
                ]

    assert [one.status_code for one in found["203.0.113.66"]] == [401, 401, 401, 429, 429]
    assert [one.status_code for one in found["10.0.0.1"]] == [401] * 5


async def test_the_named_source_is_what_counts(
    new_database: NewDatabase, settings: Settings
) -> None:
    """Lines, sessions and address lists go by it, behind a proxy; a forged one changes nothing."""
    trusting = settings.model_copy(update={"trusted_proxies": [ip_network("10.0.0.0/8")]})
    urls = await new_database()
    async with running_service(trusting, urls.app, urls.owner) as service:
        shop = await a_system(service, networks=["192.0.2.0/24"])
        token = await shop.token()
        for peer, hops, status in (
            ("10.0.0.1", "192.0.2.1", 200),
            ("10.0.0.1", "203.0.113.66, 192.0.2.1", 200),
            ("10.0.0.1", "192.0.2.1, 203.0.113.66", 401),
            ("203.0.113.66", "192.0.2.1", 401),
        ):
            async with service.anonymous(peer) as client:
                headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": hops}
                answer = await client.get("/v1/me", headers=headers)
            assert answer.status_code == status, hops
            (line,) = await service.lines_of(answer)
            assert line["source"] == ("192.0.2.1" if status == 200 else "203.0.113.66")
