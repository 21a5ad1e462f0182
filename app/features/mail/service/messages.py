"""Looking after the outbox: what stands where, and another try."""

from typing import Any, Final
from uuid import UUID

from app.core.clock import now
from app.core.cursors import read_cursor, write_cursor
from app.core.kinds import UUID as UUID_KIND
from app.core.kinds import Invalid
from app.core.paging import Asked, read_limit
from app.core.problems import Fault, Malformed, NotFound
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.mail.models import MessageState
from app.features.mail.problems import MessageGone
from app.features.mail.repository import FILTERS, MessageRepository

LONGEST: Final = 100


class MessageService:
    """What an administrator may do with messages; nobody reads their words here."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._messages = MessageRepository(work)

    async def page(self, asked: Asked) -> Listed:
        """List messages, newest first, narrowed by state, template and recipient."""
        asked.only("limit", "cursor", *FILTERS)
        narrowed = {name: _read(name, text) for name in FILTERS if (text := asked.one(name))}
        limit, place = read_limit(asked.one("limit")), f"messages {sorted(narrowed.items())}"
        found = await self._messages.page(narrowed, self._after(asked, place), limit + 1)
        rows = found[:limit]
        if len(found) <= limit:
            return Listed(rows)
        last = [str(rows[-1]["message_id"])]
        return Listed(rows, write_cursor(self._work.platform.sealing, place, last))

    async def retry(self, message_id: UUID) -> Shown:
        """Let a message be sent with the next turn; raises NotFound, MessageGone."""
        async with self._work.pinned(), self._work.changing():
            row = await self._messages.retry(message_id, now())
            if row is None:
                raise MessageGone if await self._messages.is_there(message_id) else NotFound
            self._work.line.changed.update(dict.fromkeys(("state", "not_before")))
            told = {"message": str(message_id), "user": str(row["user_id"])}
            self._work.line.detail.update({**told, "template": row["template"]})
        return Shown(row)

    def _after(self, asked: Asked, place: str) -> dict[str, Any]:
        cursor = asked.one("cursor")
        if cursor is None:
            return {}
        return {"last_id": UUID(read_cursor(self._work.platform.sealing, place, cursor)[0])}


def _read(name: str, text: str) -> Any:
    """Read a filter; raises Malformed."""
    try:
        if name == "user_id":
            return UUID_KIND.normalise(text)
        if name == "state":
            return MessageState(text).value
    except Invalid as refused:
        raise Malformed(faults=[Fault(f"/{name}", refused.code)]) from None
    except ValueError:
        raise Malformed(faults=[Fault(f"/{name}", "choice-unknown")]) from None
    if len(text) > LONGEST:
        raise Malformed(faults=[Fault(f"/{name}", "text-too-long")])
    return text
