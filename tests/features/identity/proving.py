"""People with second factors, through the whole service."""

from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx

from tests.features.factors.authenticator import Authenticator
from tests.features.factors.builders import code_now
from tests.features.identity.signing_in import SignedIn, form_of, sent, signed_in
from tests.features.staff.builders import Colleague, a_colleague
from tests.service import Service

PATH = "/v1/me/factors"
STEP_UP = "/v1/auth/step-up"
SITE, ORIGIN = "localhost", "http://localhost:8000"
_places = count(1)


def a_place() -> str:
    """Return an address that no other test uses."""
    number = next(_places)
    return f"203.0.{number // 250}.{number % 250 + 1}"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with an authenticator app, in the session that added it."""

    service: Service
    colleague: Colleague
    inside: SignedIn
    factor_id: str
    seed: str
    recovery_codes: list[str]

    def code(self, steps: int = 0) -> str:
        """Return the code of the present; confirming used the one before, each serves once."""
        return code_now(self.seed, steps)

    async def enters(self, place: str | None = None, **proof: str) -> httpx.Response:
        """Send the password, with a proof or without."""
        form = form_of(self.colleague.username) | proof
        return await sent(self.service, form, place or a_place())

    async def challenge(self) -> str:
        """Send the password, and return the challenge that comes back."""
        challenge: str = (await self.enters()).json()["challenge"]
        return challenge


async def a_holder(service: Service, digest: str | None = None, *roles: str) -> Holder:
    """Open a user, who signs in and adds an app."""
    roles = roles or ("sales",)
    colleague = await a_colleague(service.owner_url, digest=digest, roles=roles)
    inside = await signed_in(service, colleague.username, source=a_place())
    made = (await inside.client.post(f"{PATH}/totp", json={})).json()
    code = {"code": code_now(made["secret"], -1)}
    told = await inside.client.post(f"{PATH}/{made['factor_id']}/confirm", json=code)
    codes = told.json()["recovery_codes"]
    return Holder(service, colleague, inside, made["factor_id"], made["secret"], codes)


async def answered(
    service: Service, challenge: str, place: str | None = None, **proof: str
) -> httpx.Response:
    """Answer a challenge."""
    form = {"grant_type": "mfa", "challenge": challenge, **proof}
    return await sent(service, form, place or a_place())


async def with_passkey(inside: SignedIn) -> Authenticator:
    """Add a passkey."""
    device = Authenticator(origin=ORIGIN, site=SITE)
    options = (await inside.client.post(f"{PATH}/passkey/options")).json()["public_key"]
    made = await inside.client.post(f"{PATH}/passkey", json={"credential": device.create(options)})
    assert made.status_code == 201, made.text
    return device


async def stepped_up(inside: SignedIn, **proof: Any) -> httpx.Response:
    """Show a factor once more."""
    return await inside.client.post(STEP_UP, json=proof)


def kind_of(answer: httpx.Response) -> tuple[int, str]:
    """Return the status of an answer, and which problem it is."""
    return answer.status_code, answer.json().get("type", "").rpartition("/")[2]
