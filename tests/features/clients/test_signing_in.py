"""Other systems sign in: with their secret, from their addresses, until they expire."""

from hmac import compare_digest
from typing import Any

import pytest

from app.core.clock import new_id
from app.core.database import Database
from app.features.identity.repository import clients
from tests.colleagues import wait_for
from tests.features.clients.builders import PATH, System, a_system, bearing, in_days, kinds_of
from tests.features.staff.builders import change
from tests.service import Service

GRANT = {"grant_type": "client_credentials"}
EXPIRE = "update api_clients set expires_at = now() where api_client_id = $1"
WRONG = "cims_secret_" + "A" * 43


@pytest.fixture
async def shop(staffed_service: Service) -> System:
    """A system that may come from two networks only."""
    networks = ["192.0.2.0/24", "2001:db8:7::/48"]
    return await a_system(staffed_service, networks=networks)


async def test_it_signs_in_by_header_and_by_body(shop: System) -> None:
    """Both ways of RFC 6749 do; the token names the client, there is nothing to refresh."""
    in_body = await shop.ask()
    async with shop.service.anonymous("192.0.2.10") as client:
        basic = await client.post("/v1/auth/token", data=GRANT, auth=(shop.client_id, shop.secret))

    assert [answer.status_code for answer in (in_body, basic)] == [200, 200]
    assert "refresh_token" not in basic.json()
    me = (await bearing(shop.service, basic.json()["access_token"]).get("/v1/me")).json()
    assert (me["username"], me["kind"]) == (shop.client_id, "client")


async def test_every_refusal_reads_the_same(shop: System) -> None:
    """Unknown, mistaken, out of place, disabled, expired and ended systems get one answer."""
    disabled, expired, gone = [await a_system(shop.service) for _ in range(3)]
    await disabled.act("disable")
    await gone.act("end")
    await change(shop.service.owner_url, EXPIRE, expired.api_client_id)
    unknown = System(shop.service, "", f"client_{new_id().hex}", WRONG)

    answers = [
        await unknown.ask(source="198.51.100.201"),
        await shop.ask(WRONG, source="192.0.2.11"),
        await shop.ask("no secret of ours", source="192.0.2.11"),
        await shop.ask(source="198.51.100.202"),
        await disabled.ask(),
        await expired.ask(),
        await gone.ask(),
    ]

    assert kinds_of(answers) == {(401, "/problems/sign-in-failed", "invalid_client")}
    assert len({answer.json()["title"] for answer in answers}) == 1


async def test_an_unknown_system_costs_what_a_known_one_does(
    shop: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many statements, and as many comparisons: time does not tell whether there is one."""
    asked: list[str] = []
    compared: list[bytes] = []
    fetch = Database.fetch

    async def noted(self: Database, sql: str, args: Any) -> Any:
        if "audit_lines" not in sql and "staff_epoch" not in sql and "ended_at >" not in sql:
            asked.append(sql)
        return await fetch(self, sql, args)

    def counted(one: bytes, other: bytes) -> bool:
        compared.append(one)
        return compare_digest(one, other)

    monkeypatch.setattr(Database, "fetch", noted)
    monkeypatch.setattr(clients, "compare_digest", counted)
    figures: list[tuple[int, int]] = []
    for client_id in (shop.client_id, f"client_{new_id().hex}"):
        await System(shop.service, "", client_id, WRONG).ask(source=f"198.51.100.{len(figures)}")
        figures.append((len([sql for sql in asked if "client_secrets" in sql]), len(compared)))
        asked.clear()
        compared.clear()

    assert figures[0] == figures[1] == (1, 2)


async def test_a_good_secret_from_elsewhere_is_on_record(shop: System) -> None:
    """The line of a secret that fits but may not be used there names its system."""
    refused = await shop.ask(source="198.51.100.203")

    (line,) = await shop.service.lines_of(refused)
    assert shop.api_client_id in line["detail"]
    assert (line["status"], line["source"], line["actor_id"]) == (401, "198.51.100.203", None)


async def test_guesses_wait(shop: System) -> None:
    """After some wrong secrets even a right one has to wait at that address."""
    guesses = [await shop.ask(WRONG, source="192.0.2.99") for _ in range(6)]

    late = await shop.ask(source="192.0.2.99")

    assert [guess.status_code for guess in guesses[:5]] == [401] * 5
    assert late.status_code == 429
    assert late.headers["retry-after"]


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("192.0.2.255", 200),
        ("::ffff:192.0.2.1", 200),
        ("2001:db8:7:ffff::1", 200),
        ("192.0.3.1", 401),
        ("2001:db8:8::1", 401),
        ("fe80::1%eth0", 401),
        ("unknown", 401),
    ],
)
async def test_a_token_serves_at_its_own_addresses(shop: System, source: str, status: int) -> None:
    """The list is asked with every request, not only where the token is had."""
    token = await shop.token()

    answer = await bearing(shop.service, token, source).get("/v1/customers?limit=1")

    assert answer.status_code == status


async def test_a_stolen_token_is_on_record(shop: System) -> None:
    """The line of a token that comes from elsewhere names its system and the address."""
    refused = await bearing(shop.service, await shop.token(), "203.0.113.5").get("/v1/me")

    (line,) = await shop.service.lines_of(refused)
    assert (refused.status_code, line["source"]) == (401, "203.0.113.5")
    assert shop.api_client_id in line["detail"]


async def test_what_is_narrowed_counts_for_tokens_that_are_out(shop: System) -> None:
    """Another list of networks counts at once for a token from before."""
    client = await shop.signed_in()
    before = await client.get("/v1/me")

    await shop.change(networks=["192.0.2.77"])

    after = await client.get("/v1/me")
    assert (before.status_code, after.status_code) == (200, 401)


async def test_a_token_ends_with_its_system(shop: System) -> None:
    """Once the client has expired its tokens serve no more."""
    client = await shop.signed_in()
    await change(shop.service.owner_url, EXPIRE, shop.api_client_id)

    await wait_for(client, "/v1/me", lambda answer: answer.status_code == 401)

    assert (await shop.shown())["status"] == "expired"
    await shop.change(expires_at=in_days(1))
    assert (await shop.shown())["status"] == "active"
    assert (await shop.ask()).status_code == 200


async def test_last_use_is_shown(staffed_service: Service) -> None:
    """Within a second an administrator sees that a system was here, and from where."""
    shop = await a_system(staffed_service)
    before = await shop.shown()
    client = await shop.signed_in("192.0.2.61")

    await client.get("/v1/me")

    administrator = await staffed_service.as_("administrator")
    path = f"{PATH}/{shop.api_client_id}"
    await wait_for(administrator, path, lambda answer: bool(answer.json()["last_used_at"]))
    found = await shop.shown()
    assert (before["last_used_at"], before["last_used_from"]) == (None, None)
    assert found["last_used_from"] == "192.0.2.61"
    assert found["secrets"][0]["last_used_at"]
