"""Ways to the provider and back, as a browser goes them."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

from app.core.clock import new_id
from tests.features.identity.proving import kind_of
from tests.features.identity.signing_in import bearing
from tests.features.sso.idp import Back, Idp, Person, Signed, by_the_key
from tests.features.staff.builders import Colleague, a_colleague
from tests.service import Service

FAILED = (401, "sso-failed")
NOT_ADMITTED = (403, "sso-not-admitted")


@dataclass(frozen=True, slots=True)
class Started:
    """A way that has begun."""

    service: Service
    provider: str
    url: str
    transaction: str

    async def complete(self, back: Back, **others: Any) -> httpx.Response:
        """Bring back what the provider has sent."""
        body = {"code": back.code, "state": back.state, "iss": back.iss}
        sent = {**body, "transaction": self.transaction, **others}
        async with self.service.anonymous() as client:
            return await client.post(f"/v1/auth/sso/{self.provider}/callback", json=sent)


async def started(service: Service, provider: str = "company") -> Started:
    """Begin a way."""
    async with service.anonymous() as client:
        answer = await client.post(f"/v1/auth/sso/{provider}/start")
    assert answer.status_code == 200, answer.text
    members = answer.json()
    return Started(service, provider, members["authorization_url"], members["transaction"])


async def through(
    service: Service,
    idp: Idp,
    person: Person,
    provider: str = "company",
    signed: Signed = by_the_key,
    **claims: Any,
) -> httpx.Response:
    """Go the whole way."""
    way = await started(service, provider)
    return await way.complete(idp.authorize(way.url, person, signed, **claims))


def a_person(mail: str | None = None, **claims: Any) -> Person:
    """Make somebody whom only the provider knows."""
    name = f"person_{new_id().hex}"
    told = {"preferred_username": name, "name": "江南 Jiang Nan", **claims}
    if mail is not None:
        told |= {"email": mail, "email_verified": True, **claims}
    return Person(new_id().hex, told)


def a_mail() -> str:
    """Make a mail address."""
    return f"{new_id().hex}@example.com"


async def with_mail(service: Service, **account: Any) -> tuple[Colleague, str]:
    """Open a colleague who has a mail address."""
    colleague, mail = await a_colleague(service.owner_url, **account), a_mail()
    admin = await service.as_("administrator")
    path = f"/v1/users/{colleague.user_id}"
    answer = await admin.patch(path, json={"email": mail}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    return colleague, mail


async def user_of(service: Service, answer: httpx.Response) -> dict[str, Any]:
    """Return the user that an answer has signed in, as an administrator sees it."""
    admin = await service.as_("administrator")
    user_id = bearing(service, answer).claims["sub"]
    found: dict[str, Any] = (await admin.get(f"/v1/users/{user_id}")).json()
    return found


async def why(service: Service, answer: httpx.Response) -> str:
    """Return what the audit says of a refusal."""
    *_, line = await service.lines_of(answer)
    reason: str = json.loads(line["detail"])["refused"]
    return reason


__all__ = [
    "FAILED",
    "NOT_ADMITTED",
    "Started",
    "a_mail",
    "a_person",
    "kind_of",
    "started",
    "through",
    "user_of",
    "why",
    "with_mail",
]
