"""Notices: short mail to a colleague about what happened to their own account."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.core.clock import now
from app.core.work import UnitOfWork
from app.features.mail.service import Outbox, Recipient
from app.features.mail.templates import Template
from app.features.staff.repository import AccountRepository

OF_USE: Final = timedelta(days=3)
NO_WORDS: Final[Mapping[str, str]] = {}


async def tell_colleague(
    work: UnitOfWork, user_id: UUID, template: Template, words: Mapping[str, str] = NO_WORDS
) -> None:
    """Queue a notice in the transaction under way; who has no mail address goes without."""
    outbox = Outbox(work)
    if not outbox.is_open:
        return
    account = await AccountRepository(work).find(user_id)
    if account is None or account.email is None:
        return
    values = {"username": account.username, "at": moment(now()), **words}
    recipient = Recipient(user_id, account.email)
    await outbox.queue(recipient, template, values, now() + OF_USE)


def moment(at: datetime) -> str:
    """Write a moment for readers anywhere."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
