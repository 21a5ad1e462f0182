"""The outbox: a message waits in the transaction of what causes it, so both happen or neither."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.core.clock import new_id, now
from app.core.work import UnitOfWork
from app.features.mail.models import MessageState
from app.features.mail.parcels import Parcel, seal_parcel
from app.features.mail.repository import MessageRepository
from app.features.mail.templates import BOTH, Template
from app.settings import MailSettings

NO_SERVER: Final = MailSettings()


@dataclass(frozen=True, slots=True, repr=False)
class Recipient:
    """Who gets a message, and at which address."""

    user_id: UUID
    address: str


@dataclass(frozen=True, slots=True, repr=False)
class Correspondent:
    """A customer who gets a message, and at which address."""

    customer_id: UUID
    address: str


class Outbox:
    """Takes messages; call it within `work.pinned()` or `changing_staff`."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._messages = MessageRepository(work)
        self._settings: MailSettings = work.platform.tools.get(MailSettings, NO_SERVER)

    @property
    def is_open(self) -> bool:
        """Whether there is a mail server; without one nothing may be queued."""
        return self._settings.is_there

    def link(self, path: str, secret: str) -> str:
        """Return a link into the pages; what follows # stays in the browser, out of all logs."""
        return f"{self._settings.link_base.rstrip('/')}/{path}#{secret}"

    async def queue(
        self,
        recipient: Recipient | Correspondent,
        template: Template,
        values: Mapping[str, str],
        until: datetime,
    ) -> None:
        """Queue a message that is of use until then; the line names who gets it, by id."""
        message_id, at = new_id(), now()
        parcel = Parcel(recipient.address, template.letter(BOTH, values))
        self._note(message_id, recipient)
        await self._messages.put(
            {
                "message_id": message_id,
                "template": template.code,
                "languages": list(BOTH),
                "user_id": getattr(recipient, "user_id", None),
                "customer_id": getattr(recipient, "customer_id", None),
                "state": MessageState.QUEUED,
                "tries": 0,
                "queued_at": at,
                "not_before": at,
                "not_after": until,
                "sealed": seal_parcel(self._work.platform.sealing, message_id, parcel),
            }
        )

    def _note(self, message_id: UUID, recipient: Recipient | Correspondent) -> None:
        """Name on the line who gets the message, a customer as one of its subjects."""
        if isinstance(recipient, Correspondent):
            to = recipient.customer_id
            self._work.line.note_subjects([str(to)])
        else:
            to = recipient.user_id
        self._work.line.detail.setdefault("mail", {})[str(message_id)] = str(to)

    async def withdraw(self, user_id: UUID, template: Template | None = None) -> None:
        """Destroy what still waits for a user: of one template, or all of it."""
        await self._messages.withdraw(user_id, template.code if template else None)
