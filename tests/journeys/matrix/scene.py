"""What the matrix looks at: a person and an organisation with a value in every single field."""

from dataclasses import dataclass, field
from typing import Any

import asyncpg

from app.core.fields import Field
from app.core.records import RESOURCES, Record
from tests.journeys.matrix.cells import RECORDS, Seat
from tests.journeys.matrix.samples import ORIGINAL, OTHER, sample, samples
from tests.service import Service

ANY = {"If-Match": "*"}


@dataclass(slots=True)
class Scene:
    """The customers of the scene; `clear` holds every stored value, by resource and field.

    `real` has two values for each field that has to name somebody who is there.
    """

    service: Service
    department_id: str
    real: dict[str, tuple[str, str]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    clear: dict[str, dict[str, Any]] = field(default_factory=dict)

    def customer(self, record: type[Record]) -> str:
        """Return the address of the customer that has a row of this record."""
        kind = "organization" if record.noun == "organization_profile" else "person"
        return f"/v1/customers/{self.ids[kind]}"

    def listing(self, record: type[Record]) -> str:
        """Return the address of the list that the row stands in."""
        if record.noun == "customer":
            return "/v1/customers"
        return f"{self.customer(record)}/{record.resource}"

    def one(self, record: type[Record]) -> str:
        """Return the address of the row."""
        if record.noun == "customer":
            return self.customer(record)
        if record.single:
            return f"{self.customer(record)}/{record.noun.replace('_', '-')}"
        return f"{self.listing(record)}/{self.ids[record.resource]}"

    async def look(self, *records: type[Record]) -> None:
        """Learn every stored value: the data officer sees them, or may have them revealed."""
        officer = await self.service.as_("data_officer")
        for record in records or RECORDS:
            path = self.one(record)
            shown = (await officer.get(path)).json()
            self.clear[record.resource] = {name: shown[name] for name in record.fields}
            if masked := list(shown["withheld"]):
                asked = {"fields": masked, "purpose": "matrix of fields"}
                revealed = (await officer.post(f"{path}/reveal", json=asked)).json()
                self.clear[record.resource] |= {name: revealed[name] for name in masked}

    async def change(self) -> None:
        """Give every field that can be changed its other value, as the data officer."""
        officer = await self.service.as_("data_officer")
        for record in RECORDS:
            if record.noun != "external_id":
                values = {e.name: self.other(record, e) for e in changeable(record)}
                answer = await officer.patch(self.one(record), json=values, headers=ANY)
                assert answer.status_code == 200, answer.text
        await self.look()

    def other(self, record: type[Record], entry: Field) -> Any:
        """Return another value; a department has to be one that everybody here reaches."""
        if entry.name == "department_id":
            return self.department_id
        if entry.name in self.real:
            return self.real[entry.name][OTHER]
        return sample(record, entry, ORIGINAL if entry.owned else OTHER)

    def samples(self, record: type[Record]) -> dict[str, Any]:
        """Return a value for every field that a caller may set."""
        real = {name: pair[ORIGINAL] for name, pair in self.real.items() if name in record.fields}
        return samples(record) | real

    def row(self, seat: Seat, record: type[Record]) -> dict[str, Any]:
        """Return the view that a role has to get of the row."""
        clear = self.clear[record.resource]
        shown = {name: seat.view(e, clear[name]) for name, e in record.fields.items()}
        return {**shown, "withheld": seat.withheld(record)}

    def listed(self, seat: Seat, record: type[Record]) -> dict[str, Any]:
        """Return the view of the row that a list has to show."""
        row = self.row(seat, record)
        left_out = {name for name, entry in record.fields.items() if not entry.listed}
        withheld = {n: word for n, word in row["withheld"].items() if n not in left_out}
        return {n: v for n, v in row.items() if n not in left_out} | {"withheld": withheld}


def changeable(record: type[Record]) -> list[Field]:
    """Return the fields of a row that stands already which a caller may change."""
    return [entry for entry in record.fields.values() if not (entry.owned or entry.fixed)]


async def a_scene(service: Service) -> Scene:
    """Open both customers within everybody's reach, with a row of each record."""
    officer = await service.as_("data_officer")
    places = (await officer.get("/v1/departments")).json()["items"]
    shanghai = next(p["department_id"] for p in places if p["name"] == "Shanghai sales")
    scene = Scene(service, shanghai, await _real(service, shanghai))
    for kind, profile in (("person", "person-profiles"), ("organization", "organization-profiles")):
        new = scene.samples(RESOURCES["customers"]) | {"kind": kind, "department_id": shanghai}
        new[RESOURCES[profile].noun] = scene.samples(RESOURCES[profile])
        made = await officer.post("/v1/customers", json=new)
        assert made.status_code == 201, made.text
        scene.ids[kind] = made.json()["customer_id"]
    for name in ("contact-points", "addresses", "notes", "relationships", "external-ids"):
        record = RESOURCES[name]
        new = scene.samples(record)
        if name == "relationships":
            new["other_id"] = scene.ids["organization"]
        if name == "external-ids":
            new["value"] = scene.ids["person"]
        made = await officer.post(f"{scene.customer(record)}/{name}", json=new)
        assert made.status_code == 201, made.text
        scene.ids[name] = made.json()[record.key]
    await _put_into_a_pool(scene)
    await scene.look()
    return scene


async def _put_into_a_pool(scene: Scene) -> None:
    """Fill the members that only a pool fills; there is none here, so nothing is masked."""
    owner = await asyncpg.connect(scene.service.owner_url)
    await owner.execute(
        "update customers set pooled_at = now(), pooled_for = 'other' where customer_id = any($1)",
        list(scene.ids.values()),
    )
    await owner.close()


async def _real(service: Service, department_id: str) -> dict[str, tuple[str, str]]:
    """Find two owners, and open two parent companies."""
    admin, officer = await service.as_("administrator"), await service.as_("data_officer")
    users = (await admin.get("/v1/users?limit=100")).json()["items"]
    owners = [u["user_id"] for u in users if u["username"] in {"sales", "data_officer"}]
    parents = []
    for name in ("One parent", "Other parent"):
        new = {"kind": "organization", "name": name, "department_id": department_id}
        parents.append((await officer.post("/v1/customers", json=new)).json()["customer_id"])
    return {"owner_id": (owners[0], owners[1]), "parent_id": (parents[0], parents[1])}
