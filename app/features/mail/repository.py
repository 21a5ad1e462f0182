"""Messages in the database: put with what causes them, claimed one by one, and let go of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, Text, Uuid, bindparam, insert, select

from app.core.remembering import remembered
from app.core.statements import Statement, compile_statement
from app.core.work import UnitOfWork
from app.features.mail.models import MESSAGES
from app.features.mail.schemas import MessageView

SHOWN: Final = tuple(MessageView.model_fields)
FILTERS: Final = {"state": Text, "template": Text, "user_id": Uuid}
PUT: Final = compile_statement(
    insert(MESSAGES).values(
        {
            column.name: bindparam(column.name)
            for column in MESSAGES.c
            if column.name not in {"trouble", "claimed_until", "sent_at"}
        }
    )
)
RETURNED: Final = ", ".join(SHOWN)
RETRY: Final = Statement(
    "update messages set state = 'queued', not_before = $2, trouble = null where message_id = $1 "  # noqa: S608 - constants of this module
    f"and sealed is not null and not_after > $2 returning {RETURNED}",
    ("message_id", "at"),
    {},
)
IS_THERE: Final = Statement(
    "select exists (select 1 from messages where message_id = $1)", ("message_id",), {}
)
WITHDRAW: Final = Statement(
    "update messages set state = 'failed', trouble = 'withdrawn', sealed = null "
    "where user_id = $1 and sealed is not null and ($2::text is null or template = $2)",
    ("user_id", "template"),
    {},
)
CLAIM: Final = Statement(
    "update messages set tries = tries + 1, claimed_until = $2 where message_id = ("
    "select message_id from messages where state = 'queued' and not_before <= $1 "
    "and not_after > $1 and (claimed_until is null or claimed_until <= $1) "
    "order by not_before, message_id limit 1 for update skip locked) "
    "returning message_id, template, user_id, customer_id, tries, queued_at, sealed",
    ("at", "until"),
    {},
)
SENT: Final = Statement(
    "update messages set state = 'sent', sent_at = $2, trouble = null, claimed_until = null, "
    "sealed = null where message_id = $1",
    ("message_id", "at"),
    {},
)
NOT_SENT: Final = Statement(
    "update messages set state = $2, trouble = $3, not_before = $4, claimed_until = null "
    "where message_id = $1 and state = 'queued'",
    ("message_id", "state", "trouble", "at"),
    {},
)
GIVE_UP: Final = Statement(
    "update messages set state = 'failed', trouble = coalesce(trouble, 'outdated'), sealed = null "
    "where sealed is not null and not_after <= $1 returning message_id",
    ("at",),
    {},
)
# Ids are drawn in the order of time, so the oldest are those below one of that time.
FORGET: Final = Statement(
    "delete from messages where message_id < $1 and sealed is null", ("below",), {}
)


@dataclass(frozen=True, slots=True, repr=False)
class Claimed:
    """A message that is ours to send for a while."""

    message_id: UUID
    template: str
    user_id: UUID | None
    customer_id: UUID | None
    tries: int
    queued_at: datetime
    sealed: bytes


class MessageRepository:
    """Keeps the outbox."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def put(self, values: Mapping[str, Any]) -> None:
        """Queue a message, in the change that is under way."""
        await self._work.fetch(PUT, values)

    async def withdraw(self, user_id: UUID, template: str | None) -> None:
        """Destroy what still waits for a user, of one template or of any."""
        await self._work.fetch(WITHDRAW, {"user_id": user_id, "template": template})

    async def page(
        self, narrowed: Mapping[str, Any], after: Mapping[str, Any], most: int
    ) -> list[dict[str, Any]]:
        """Return messages, newest first."""
        statement = _listed(tuple(sorted(narrowed)), continued=bool(after))
        rows = await self._work.fetch(statement, {**narrowed, **after, "most": most})
        return [dict(row) for row in rows]

    async def is_there(self, message_id: UUID) -> bool:
        """Whether there is such a message."""
        return bool((await self._work.fetch(IS_THERE, {"message_id": message_id}))[0][0])

    async def retry(self, message_id: UUID, at: datetime) -> dict[str, Any] | None:
        """Let a message be due; None when its words are gone."""
        rows = await self._work.fetch(RETRY, {"message_id": message_id, "at": at})
        return dict(rows[0]) if rows else None

    async def claim(self, at: datetime, until: datetime) -> Claimed | None:
        """Claim the message that is due longest, for as long as sending it may take."""
        rows = await self._work.fetch(CLAIM, {"at": at, "until": until})
        return Claimed(*rows[0]) if rows else None

    async def sent(self, message_id: UUID, at: datetime) -> None:
        """Note that a message was taken, and destroy its words."""
        await self._work.fetch(SENT, {"message_id": message_id, "at": at})

    async def not_sent(self, message_id: UUID, state: str, trouble: str, at: datetime) -> None:
        """Note what hindered a message, and when it is tried next."""
        params = {"message_id": message_id, "state": state, "trouble": trouble, "at": at}
        await self._work.fetch(NOT_SENT, params)

    async def give_up(self, at: datetime) -> list[UUID]:
        """Destroy the words of what is too old to be sent; return the messages."""
        return [row[0] for row in await self._work.fetch(GIVE_UP, {"at": at})]

    async def forget(self, before: datetime) -> None:
        """Remove what was queued before that time and is done with."""
        below = UUID(int=int(before.timestamp() * 1000) << 80)
        await self._work.fetch(FORGET, {"below": below})


@remembered(64)
def _listed(narrowed: Sequence[str], *, continued: bool) -> Statement:
    asked = select(*(MESSAGES.c[name] for name in SHOWN))
    for name in narrowed:
        asked = asked.where(MESSAGES.c[name] == bindparam(name, type_=FILTERS[name]))
    if continued:
        asked = asked.where(MESSAGES.c.message_id < bindparam("last_id", type_=Uuid))
    asked = asked.order_by(MESSAGES.c.message_id.desc())
    return compile_statement(asked.limit(bindparam("most", type_=Integer)))
