"""The sign-in throttle: guessing gets slower and slower, and keeps the owner out nowhere."""

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import count

import asyncpg
import httpx
import pytest

from app.core.clock import now
from app.features.identity.repository import attempts
from app.features.identity.service import throttle
from app.features.identity.service.throttle import FREE, FREE_OF_SOURCE, network_of
from tests.features.identity.signing_in import form_of, sent
from tests.features.staff.builders import Colleague, a_colleague
from tests.service import Service

HOME = "192.0.2.1"
_places = count(1)


def a_place() -> str:
    """Return an address that no other test uses."""
    number = next(_places)
    return f"198.51.{number // 250}.{number % 250 + 1}"


@pytest.fixture
async def seller(service: Service, digest: str) -> Colleague:
    """A sales user of this test's own."""
    return await a_colleague(service.owner_url, digest=digest)


async def guess(service: Service, name: str, source: str, times: int = 1) -> list[int]:
    """Try wrong passwords one after the other."""
    answers = [await sent(service, form_of(name, "wrong"), source) for _ in range(times)]
    return [answer.status_code for answer in answers]


async def enter(service: Service, one: Colleague, source: str) -> httpx.Response:
    """Try the right password."""
    return await sent(service, form_of(one.username), source)


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let time pass for the throttle."""
    for module in (attempts, throttle):
        monkeypatch.setattr(module, "now", lambda: now() + timedelta(seconds=seconds))


async def test_guessing_is_slowed_down(service: Service, seller: Colleague) -> None:
    """After five wrong passwords a stranger has to wait, with the right one, too."""
    place = a_place()
    statuses = await guess(service, seller.username, place, FREE + 1)

    answer = await enter(service, seller, place)

    assert statuses == [401] * FREE + [429]
    assert (answer.status_code, answer.json()["type"]) == (429, "/problems/too-many-attempts")
    assert answer.headers["retry-after"] == "1"
    (line,) = await service.lines_of(answer)
    assert (line["status"], line["operation"]) == (429, "create_token")


async def test_waits_grow(
    service: Service, seller: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each further wrong password doubles the wait, up to a quarter of an hour."""
    place = a_place()
    await guess(service, seller.username, place, FREE)
    waits, passed = [], 0.0
    for _ in range(12):
        answer = await enter(service, seller, a_place())
        waits.append(int(answer.headers["retry-after"]))
        passed += waits[-1] + 0.001
        later(monkeypatch, passed)
        assert await guess(service, seller.username, a_place()) == [401]

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


async def test_waiting_is_enough(
    service: Service, seller: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the wait the right password opens; after a quiet hour all is forgotten."""
    place = a_place()
    await guess(service, seller.username, place, FREE)

    later(monkeypatch, 1.1)
    after_the_wait = await enter(service, seller, place)
    later(monkeypatch, 4000)
    statuses = await guess(service, seller.username, a_place(), FREE)

    assert after_the_wait.status_code == 200
    assert statuses == [401] * FREE


async def test_strangers_do_not_keep_the_owner_out(service: Service, seller: Colleague) -> None:
    """Where the account signed in lately, what is tried elsewhere does not matter."""
    await enter(service, seller, HOME)
    for _ in range(FREE + 3):
        await guess(service, seller.username, a_place())

    at_home, abroad = [await enter(service, seller, place) for place in (HOME, a_place())]

    assert (at_home.status_code, abroad.status_code) == (200, 429)


async def test_home_counts_for_itself(service: Service, seller: Colleague) -> None:
    """At home one is slowed down for one's own mistakes only, and success forgives them."""
    await enter(service, seller, HOME)
    forgiven = await guess(service, seller.username, HOME, FREE - 1)
    entered = await enter(service, seller, HOME)
    statuses = await guess(service, seller.username, HOME, FREE + 1)

    abroad = await enter(service, seller, a_place())

    assert (forgiven, entered.status_code) == ([401] * (FREE - 1), 200)
    assert statuses == [401] * FREE + [429]
    assert abroad.status_code == 200


async def test_forwarded_addresses_do_not_count(service: Service, seller: Colleague) -> None:
    """A header that names another source every time does not make another source."""
    place = a_place()
    answers = [
        await sent(
            service,
            form_of(f"nobody {number}", "wrong"),
            place,
            headers={"X-Forwarded-For": a_place(), "Forwarded": f"for={a_place()}"},
        )
        for number in range(FREE_OF_SOURCE + 1)
    ]

    assert [answer.status_code for answer in answers] == [401] * FREE_OF_SOURCE + [429]
    assert (await enter(service, seller, place)).status_code == 429
    assert (await enter(service, seller, a_place())).status_code == 200


async def test_names_that_there_are_not_wait_like_others(service: Service) -> None:
    """An unknown name is slowed down in the same way, so that the wait tells nothing."""
    statuses = await guess(service, "nobody of that name", a_place(), FREE + 1)

    assert statuses == [401] * FREE + [429]


async def test_guesses_at_once_are_no_way_around(
    service: Service, seller: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many guesses at the same moment, no more are answered than are free."""
    moment = now()
    for module in (attempts, throttle):
        monkeypatch.setattr(module, "now", lambda: moment)
    forms = [form_of(seller.username, f"wrong {number}") for number in range(16)]

    answers = await asyncio.gather(*(sent(service, form, a_place()) for form in forms))

    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[401] <= FREE  # a machine under load answers some with 503
    assert set(statuses) <= {401, 429, 503}
    assert (await enter(service, seller, a_place())).status_code == 429


async def test_counters_name_nobody(service: Service, seller: Colleague) -> None:
    """In the database, names and addresses that were tried are keyed digests."""
    place = a_place()
    await guess(service, seller.username, place)

    keys = await _counters(service)

    assert not any(text.encode() in key for text in (seller.username, place) for key in keys)
    assert {len(key) for key in keys} == {16}


async def _counters(service: Service) -> list[bytes]:
    owner = await asyncpg.connect(service.owner_url)
    rows = await owner.fetch("select counter from sign_in_attempts")
    await owner.close()
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("source", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("a socket", "a socket"),
        (None, ""),
    ],
)
def test_source_is_what_one_holder_has(source: str | None, network: str) -> None:
    """Who holds a network of IPv6 has addresses without end, and counts as one source."""
    assert network_of(source) == network
