"""The battery: what a role can ask of the archive, in a fixed order, with all that came back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from app.core.fields import Field
from app.core.permissions import Permission
from app.core.records import RESOURCES, Record
from tests.journeys.matrix.cells import RECORDS, cells, compared
from tests.journeys.matrix.samples import sample
from tests.journeys.worlds.values import KNOWN_PHONE
from tests.journeys.worlds.world import ANY, CUSTOMER, KINDS, NEAR, ROWS, World

LIST: Final = "/v1/customers"
NOWHERE: Final = "01890000-0000-7000-8000-000000000000"
THOROUGH: Final = (1, 4)
PURPOSE: Final = {"purpose": "two worlds", "reason": "to find a difference"}
INCLUDED: Final = tuple(
    record.noun if record.single else record.table.name
    for record in RECORDS
    if record is not CUSTOMER
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request in words, and everything of its answer."""

    asked: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass(slots=True)
class Battery:
    """Asks as one role, and keeps what came back."""

    world: World
    role: str
    exchanges: list[Exchange] = field(default_factory=list)

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Ask, and keep the answer."""
        answer = await self.world.ask(self.role, method, path, **more)
        asked = f"{method} {path} {more}"
        headers = tuple(sorted(answer.headers.raw))
        self.exchanges.append(Exchange(asked, answer.status_code, headers, answer.content))
        return answer

    async def run(self) -> list[Exchange]:
        """Ask everything: first what only reads, then what tries to write, then once more."""
        is_reader = self.world.seat.may(Permission.CUSTOMERS_READ)
        await self.lists(*self._narrowed() if is_reader else ())
        await self.searches()
        for place in NEAR if is_reader else NEAR[:1]:  # all that others get is one and the same
            await self.record(place)
        await self.out_of_reach()
        await self.surroundings()
        await self.writes()
        await self.lists()
        return self.exchanges

    async def lists(self, *narrowed: dict[str, str]) -> None:
        """Lists in every order, narrowed, counted, sparse, with parts, and page by page."""
        for params in (*self._whole(), *narrowed):
            await self.ask("GET", LIST, params=params)
        cursor: str | None = ""
        while cursor is not None:
            page = await self.ask("GET", LIST, params={"limit": "2", "cursor": cursor})
            cursor = page.json().get("next_cursor")
        await self.ask("GET", "/v1/duplicates")

    def _whole(self) -> Iterator[dict[str, str]]:
        yield from ({}, {"count": "exact"}, {"count": "estimated"}, {"status": "archived"})
        yield from ({"include": part, "limit": "3"} for part in INCLUDED)

    def _narrowed(self) -> Iterator[dict[str, str]]:
        for home, entry in compared(CUSTOMER):
            name, value = entry.name, "x" if entry.owned else str(sample(home, entry, 1))
            yield from ({"fields": name, "count": "exact"}, {"sort": name}, {"sort": f"-{name}"})
            for operator in sorted(entry.kind.operators | {"eq", "null", "prefix"}):
                shown = "false" if operator == "null" else value
                yield {f"{name}.{operator}": shown, "count": "exact", "fields": "tier"}

    async def searches(self) -> None:
        """Searches by words, by trees, in every member."""
        for q in ("甲", "乙", "甲 customer", "customer name", "nobody"):
            for limit in (1, 50):
                await self.ask("POST", f"{LIST}/search", json={"q": q, "limit": limit})
        for home, entry in compared(CUSTOMER):
            for tree in self._trees(entry, sample(home, entry, 1)):
                asked = {"filter": tree, "count": "exact", "sort": "tier"}
                await self.ask("POST", f"{LIST}/search", json=asked)

    def _trees(self, entry: Field, value: Any) -> Iterator[dict[str, Any]]:
        """Compare; a masked member's whole value is what it may be looked up by, so not by it."""
        name, seat = entry.name, self.world.seat
        if not (seat.shows(entry) or seat.hides(entry)):
            value = None
        leaf = {"field": name, "op": "eq", "value": value}
        yield from (leaf, {"not": leaf}, {"any": [leaf, {"field": "tier", "value": "A"}]})
        yield {"field": name, "op": "prefix", "value": "甲"}
        yield {"field": name, "op": "null", "value": True}

    async def record(self, place: int) -> None:
        """One customer in every shape: whole, sparse, with parts, unchanged, as it was."""
        path = f"{LIST}/{self.world.near[place]}"
        profile = RESOURCES[f"{KINDS[place % 2]}-profiles"]
        for one in (path, f"{path}/{profile.noun.replace('_', '-')}"):
            etag = (await self.ask("GET", one)).headers.get("etag", '"none"')
            await self.ask("GET", one, headers={"If-None-Match": etag})
        for part in INCLUDED:
            await self.ask("GET", path, params={"include": part})
        for name in CUSTOMER.fields if place in THOROUGH else ():
            await self.ask("GET", path, params={"fields": name})
        for record in (CUSTOMER, *map(RESOURCES.__getitem__, ("person-profiles",)), profile):
            await self.ask("GET", f"{path}/history", params={"resource": record.resource})
        await self.ask("GET", f"{path}/history", params={"at": "2100-01-01T00:00:00Z"})
        await self.ask("GET", f"{path}/access-log")
        for record in ROWS:
            await self.rows(path, record, place)

    async def rows(self, path: str, record: type[Record], place: int) -> None:
        """What a customer owns: listed, counted, sorted, sparse and one by one."""
        listing = f"{path}/{record.resource}"
        await self.ask("GET", listing, params={"count": "exact", "limit": "1"})
        for name in record.fields if place in THOROUGH else ():
            await self.ask("GET", listing, params={"sort": name, "fields": name})
        row_id = self.world.rows.get(f"{record.resource} {place}")
        if row_id and self.world.seat.sees(record):
            await self.ask("GET", f"{listing}/{row_id}")

    async def out_of_reach(self) -> None:
        """Customers whom the role does not reach, beside one that never was."""
        for customer_id in (*self.world.far, NOWHERE):
            path = f"{LIST}/{customer_id}"
            for more in ("", "/history", "/access-log", "/notes", "/person-profile"):
                await self.ask("GET", path + more)
            await self.ask("PATCH", path, json={"tier": "A"}, headers=ANY)
            await self.ask("POST", f"{path}/reveal", json={"fields": ["phone"], **PURPOSE})
            tie = {"other_id": customer_id, "type": "partner"}
            near = f"{LIST}/{self.world.near[0]}"
            await self.ask("POST", f"{near}/relationships", json=tie)

    async def surroundings(self) -> None:
        """What is not about customers, and what is wrong in itself."""
        for path in ("/v1/me", "/v1/me/permissions", "/v1/departments", "/v1/users", "/v1/roles"):
            await self.ask("GET", path)
        for name in RESOURCES:
            await self.ask("GET", f"/v1/meta/{name}")
        await self.ask("GET", "/v1/audit-events", params={"limit": "200"})
        await self.ask("GET", "/v1/nothing")
        await self.ask("PUT", LIST)
        await self.ask("GET", LIST, params={"cursor": "bm90IG91cnM"})
        await self.ask("GET", LIST, params={"limit": "0"})
        await self.ask("POST", LIST, content=b"{", headers={"Content-Type": "application/json"})

    async def writes(self) -> None:
        """Changes with a good and a stale ETag, of every member, and records known elsewhere."""
        for place in NEAR:
            path = f"{LIST}/{self.world.near[place]}"
            held = (await self.ask("GET", path)).headers.get("etag", '"none"')
            for change in ({"tier": "B"}, {"tier": "C"}, {"phone": KNOWN_PHONE}):
                await self.ask("PATCH", path, json=change, headers={"If-Match": held})
            for name in CUSTOMER.fields if place in THOROUGH else ():
                await self.ask("PATCH", path, json={name: "x"}, headers={"If-Match": held})
            hidden = {"fields": [e.name for _, e in cells(CUSTOMER) if self.world.seat.hides(e)]}
            await self.ask("POST", f"{path}/reveal", json={**hidden, **PURPOSE})
            await self.ask("POST", f"{path}/archive", headers=ANY)
            await self.ask("POST", f"{path}/notes", json={"text": "a note"})
        await self.openings()

    async def openings(self) -> None:
        """New customers whose phone is known out of reach, alone, twice and in batches."""
        new = {"kind": "person", "name": "丙", "phone": KNOWN_PHONE}
        points = {"contact_points": [{"type": "phone", "value": KNOWN_PHONE}]}
        for one in (new, new | points, {"kind": "person", "name": "丁"}):
            await self.ask("POST", LIST, json=one, headers={"Idempotency-Key": "one"})
            await self.ask("POST", LIST, json=one)
        change = {"customer_id": self.world.near[0], "if_match": '"stale"', "change": {"tier": "A"}}
        far = {
            "customer_id": (*self.world.far, NOWHERE)[0],
            "if_match": "*",
            "change": {"tier": "A"},
        }
        for atomic in (True, False):
            items = [{"create": new}, change, far, {"create": {"phone": "x", "remark": "y"}}]
            await self.ask("POST", f"{LIST}/batch", json={"items": items, "atomic": atomic})
