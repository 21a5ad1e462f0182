"""A world: one database, made by a script that both worlds follow step by step."""

from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from app.core.records import RESOURCES, Record
from tests.journeys.matrix.cells import PARTS, Seat
from tests.journeys.worlds.clock import Clock
from tests.journeys.worlds.passing import ELSEWHERE, PASSING, let_pass
from tests.journeys.worlds.values import Chooser
from tests.service import Service

CUSTOMER: Final = RESOURCES["customers"]
ROWS: Final = tuple(record for record in PARTS if not record.single)
KINDS: Final = ("person", "organization")
ANY: Final = {"If-Match": "*"}
OFFICER: Final = "data_officer"
LIST: Final = "/v1/customers"
NEAR: Final = range(6)
FAR: Final = range(6, 9)
ARCHIVED: Final = 5


@dataclass(slots=True)
class World:
    """The service of one world, and the ids in it, which are those of the other world, too."""

    service: Service
    clock: Clock
    seat: Seat
    number: int
    near: list[str] = field(default_factory=list)
    far: list[str] = field(default_factory=list)
    rows: dict[str, str] = field(default_factory=dict)
    real: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def passes(self) -> bool:
        """Whether the near customers are seen by what is lent, or in an emergency."""
        return self.seat.role in PASSING

    @property
    def chooser(self) -> Chooser:
        """What chooses the values of this world."""
        return Chooser(self.seat, self.number, self.real)

    async def ask(self, role: str, method: str, path: str, **more: Any) -> httpx.Response:
        """Take one step: send a request whose id, moment and new ids depend on the step alone."""
        client = await self.service.as_(role)
        self.clock.go_to(self.clock.step + 1)
        headers = {"X-Request-Id": f"step-{self.clock.step:08d}", **more.pop("headers", {})}
        return await client.request(method, path, headers=headers, **more)

    async def must(self, method: str, path: str, role: str = OFFICER, **more: Any) -> Any:
        """Take one step that has to succeed."""
        answer = await self.ask(role, method, path, **more)
        assert answer.is_success, (path, answer.text)
        return answer.json()

    async def build(self) -> None:
        """Follow the script: customers near and far, their parts, and changes nobody may see."""
        self.clock.go_to(0)
        for role in (OFFICER, "administrator", "integration", self.seat.role):
            await self.service.as_(role)
        places = await self.must("GET", "/v1/departments")
        departments = {one["name"]: one["department_id"] for one in places["items"]}
        await self._open_real(departments["Head office"])
        for place in NEAR:
            await self._open_near(place, departments)
        for place in () if self.seat.policy.reaches_all else FAR:
            await self._open_far(place, departments[ELSEWHERE if self.passes else "Shenzhen sales"])
        await self._change_unseen()
        await self._change_by_different_hands()
        await self._tie_out_of_reach()
        if self.passes:
            await let_pass(self, departments)
        self.clock.go_to(4900)
        await self.must("POST", f"/v1/customers/{self.near[ARCHIVED]}/archive", headers=ANY)
        self.clock.go_to(5000)

    async def _open_real(self, department_id: str) -> None:
        """Find two owners, and open two parent companies."""
        users = (await self.must("GET", "/v1/users?limit=100", "administrator"))["items"]
        ids = {user["username"]: user["user_id"] for user in users}
        parents = []
        for name in ("One parent", "Other parent"):
            new = {"kind": "organization", "name": name, "department_id": department_id}
            parents.append((await self.must("POST", LIST, json=new))["customer_id"])
        self.real = {
            "owner_id": (ids["sales"], ids[OFFICER]),
            "parent_id": (parents[0], parents[1]),
        }

    async def _open_near(self, place: int, departments: dict[str, str]) -> None:
        """Open a customer in a department which the role reaches, seen by it or not."""
        self.clock.go_to(100 * place + 100)
        hides = self.seat.hides(CUSTOMER.fields["department_id"])
        name = "Hangzhou sales" if hides and self.number else "Shanghai sales"
        new = self.chooser.near(CUSTOMER, place)
        new |= {"kind": KINDS[place % 2], "department_id": departments[name]}
        profile = RESOURCES[f"{KINDS[place % 2]}-profiles"]
        new[profile.noun] = self.chooser.near(profile, place)
        made = await self.must("POST", "/v1/customers", json=new)
        self.near.append(made["customer_id"])
        for record in ROWS:
            await self._add_rows(record, place)

    async def _add_rows(self, record: type[Record], place: int) -> None:
        """Add a row; of records that the role must not even count, two or none."""
        is_unseen = self.chooser.is_free and not self.seat.sees(record)
        number = (0, 2)[self.number] if is_unseen else 1
        for turn in range(number if place or record.noun != "relationship" else 0):
            self.clock.go_to(100 * place + 110 + 10 * ROWS.index(record) + turn)
            row = self.chooser.near(record, place)
            if record.noun == "external_id":
                row["value"] = f"{row['value']} {place} {turn}"
            if record.noun == "relationship":
                row["other_id"] = self.near[0]
            path = f"/v1/customers/{self.near[place]}/{record.resource}"
            made = await self.must("POST", path, json=row)
            self.rows.setdefault(f"{record.resource} {place}", made[record.key])

    async def _open_far(self, place: int, department_id: str) -> None:
        """Open a customer in a department that the role does not reach."""
        self.clock.go_to(100 * place + 100)
        new = self.chooser.far(CUSTOMER, place)
        new |= {"kind": KINDS[place % 2], "department_id": department_id}
        made = await self.must("POST", "/v1/customers", json=new)
        self.far.append(made["customer_id"])

    async def _change_unseen(self) -> None:
        """Change what is hidden or masked, to what looks alike and back, in one world or both."""
        if self.chooser.is_free and not self.number:
            return
        for place in NEAR[:2]:
            for record in (CUSTOMER, RESOURCES[f"{KINDS[place]}-profiles"]):
                self.clock.go_to(2000 + 100 * place + (50 if record is not CUSTOMER else 0))
                path = f"/v1/customers/{self.near[place]}"
                if record is not CUSTOMER:
                    path += f"/{record.noun.replace('_', '-')}"
                for world in (1 - self.number, self.number):
                    change = Chooser(self.seat, world, self.real).unseen(record, place)
                    await self.must("PATCH", path, json=change, headers=ANY)

    async def _change_by_different_hands(self) -> None:
        """Change what everybody sees, by another hand in the other world unless that is seen."""
        self.clock.go_to(3000)
        role = "integration" if self.number and self.chooser.is_free else OFFICER
        path = f"/v1/customers/{self.near[2]}"
        await self.must("PATCH", path, role, json={"tier": "D"}, headers=ANY)

    async def _tie_out_of_reach(self) -> None:
        """Tie a near customer to a far one, which the role must not learn of."""
        self.clock.go_to(3500)
        if self.far and self.number:
            tie = {"other_id": self.far[0], "type": "partner"}
            await self.must("POST", f"/v1/customers/{self.near[1]}/relationships", json=tie)
