"""What tests of campaigns do: customers, rounds opened by a worker, and the links in the mail."""

import re
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import httpx

from app.commands.principals import open_directory
from app.features.campaigns.service import tend_campaigns
from app.features.staff.directory import StaffDirectory
from app.settings import Settings
from tests.core.job_scene import Table
from tests.features.customers.builders import a_phone
from tests.features.jobs.scene import running
from tests.features.mail.mailing import Post, an_address

EVERY: Final = {"If-Match": "*"}
TOKEN: Final = re.compile(r"/self/([A-Za-z0-9_-]{43})")
JSON: Final = {"Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class Desk:
    """A service with mail, a steward, and a seller with a mailbox and a department."""

    post: Post
    settings: Settings
    steward: httpx.AsyncClient
    seller: httpx.AsyncClient
    seller_id: str
    department_id: str

    @classmethod
    async def opened(cls, post: Post, settings: Settings) -> "Desk":
        """Give the seller a mailbox, and know the staff as the worker does."""
        service = post.service
        steward, seller = await service.as_("data_officer"), await service.as_("sales")
        me = (await seller.get("/v1/me")).json()
        admin = await service.as_("administrator")
        path, change = f"/v1/users/{me['user_id']}", {"email": an_address()}
        given = await admin.patch(path, json=change, headers=EVERY)
        assert given.status_code == httpx.codes.OK, given.text
        post.platform.tools[StaffDirectory] = await open_directory(settings, post.platform)
        department_id = given.json()["department_id"]
        return cls(post, settings, steward, seller, me["user_id"], department_id)

    async def customer(self, **values: Any) -> dict[str, Any]:
        """Open a customer of the seller's with an address of its own."""
        new = {"kind": "person", "name": "王小明", "phone": a_phone(), "email": an_address()}
        placed = {"department_id": self.department_id, "owner_id": self.seller_id}
        made = await self.steward.post("/v1/customers", json={**new, **placed, **values})
        assert made.status_code == httpx.codes.CREATED, made.text
        found: dict[str, Any] = made.json()
        return found

    async def campaign(self, **values: Any) -> str:
        """Prepare a campaign."""
        new = {"name": "Autumn", "channels": ["task", "mail"], **values}
        made = await self.steward.post("/v1/update-campaigns", json=new)
        assert made.status_code == httpx.codes.CREATED, made.text
        return str(made.json()["campaign_id"])

    async def started(self, campaign_id: str) -> dict[str, Any]:
        """Start a campaign, let a worker open the round, and send the mail."""
        answer = await self.steward.post(f"/v1/update-campaigns/{campaign_id}/start")
        assert answer.status_code == httpx.codes.ACCEPTED, answer.text
        await self.worked(answer.json()["job_id"])
        found: dict[str, Any] = answer.json()
        return found

    async def worked(self, job_id: str) -> None:
        """Let a worker do a job, and the mail be sent."""
        async with running(self.settings, self.post.service):
            table = Table(self.post.service.owner_url)
            done = await table.until(UUID(job_id), "succeeded", "held", "failed")
            assert done["state"] == "succeeded", done["trouble"]
        await self.post.send_now()

    async def tend(self) -> None:
        """Do what campaigns do by themselves, as a worker would."""
        await self.post.platform.tools[StaffDirectory].refresh()
        await tend_campaigns(self.post.platform)

    async def page(self, campaign_id: str) -> dict[str, Any]:
        """Return the campaign with its progress."""
        answer = await self.steward.get(f"/v1/update-campaigns/{campaign_id}")
        found: dict[str, Any] = answer.json()
        return found

    async def tasks(self, campaign_id: str, **narrowed: str) -> list[dict[str, Any]]:
        """Return the seller's tasks."""
        asked = {"campaign_id": campaign_id, **narrowed}
        answer = await self.seller.get("/v1/update-tasks", params=asked)
        assert answer.status_code == httpx.codes.OK, answer.text
        return list(answer.json()["items"])

    def mail_to(self, address: str | None) -> list[str]:
        """Return the texts of the mail that somebody got."""
        found = [one for one in self.post.sink.received if one["To"] == address]
        return [part.get_content() for one in found if (part := one.get_body(("plain",)))]

    def link(self, customer: dict[str, Any]) -> str:
        """Return the address of a customer's page, as mailed last."""
        found = TOKEN.search(self.mail_to(customer["email"])[-1])
        assert found
        return f"/self/{found[1]}"
