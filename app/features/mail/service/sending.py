"""Sending: what is due goes to the mail server, one message after the other, each with a line."""

from datetime import datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag

from app.core.clock import now
from app.core.jobs import job_work
from app.core.work import Platform
from app.features.mail.delivery import Delivery, NotDeliveredError, Posted
from app.features.mail.models import MessageState
from app.features.mail.parcels import open_parcel
from app.features.mail.repository import Claimed, MessageRepository
from app.features.mail.service.outbox import NO_SERVER
from app.settings import MailSettings

SENDING: Final = "send_messages"
CLEARING: Final = "clear_messages"
TURN: Final = timedelta(seconds=20)  # then other routines want theirs
CLAIMED: Final = timedelta(minutes=10)  # longer than a message may take (delivery.py)
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=1)
KEPT: Final = timedelta(days=90)


async def send_messages(platform: Platform) -> None:
    """Send what is due; stops when the server cannot be reached, for the next turn to try."""
    settings: MailSettings = platform.tools.get(MailSettings, NO_SERVER)
    if not settings.is_there:
        return
    until = now() + TURN
    async with Delivery(settings) as delivery:
        while now() < until and await _send_next(platform, delivery):
            pass


async def clear_messages(platform: Platform) -> None:
    """Give up what is too old to be sent, and forget after 90 days what became of messages."""
    work = job_work(platform, CLEARING)
    async with work.pinned():
        messages = MessageRepository(work)
        given_up = await messages.give_up(now())
        await messages.forget(now() - KEPT)
        if given_up:
            async with work.changing():
                work.line.changed["state"] = None
                work.line.detail["messages"] = [str(one) for one in given_up]


async def _send_next(platform: Platform, delivery: Delivery) -> bool:
    """Send the message that is due longest; False when there is none, or no way to send it."""
    at = now()
    message = await MessageRepository(job_work(platform, SENDING)).claim(at, at + CLAIMED)
    if message is None:
        return False
    try:
        await _hand_over(platform, delivery, message)
    except NotDeliveredError as refused:
        await _note_refused(platform, message, refused)
        return not refused.is_general
    await _note(platform, message, MessageState.SENT)
    return True


async def _hand_over(platform: Platform, delivery: Delivery, message: Claimed) -> None:
    try:
        parcel = open_parcel(platform.sealing, message.message_id, message.sealed)
    except InvalidTag:
        raise NotDeliveredError("broken", is_final=True) from None
    await delivery.hand_over(Posted(message.message_id, message.queued_at), parcel)


async def _note_refused(platform: Platform, message: Claimed, refused: NotDeliveredError) -> None:
    state = MessageState.HELD if refused.is_final else MessageState.QUEUED
    await _note(platform, message, state, refused.trouble)


async def _note(
    platform: Platform, message: Claimed, state: MessageState, trouble: str | None = None
) -> None:
    """Write down what became of a message, together with its line."""
    work = job_work(platform, SENDING)
    work.line.changed["state"] = None
    work.line.detail.update(
        {
            "message": str(message.message_id),
            "template": message.template,
            "user": str(message.user_id) if message.user_id else None,
            "state": state.value,
            **({"trouble": trouble} if trouble else {}),
        }
    )
    if message.customer_id:
        work.line.note_subjects([str(message.customer_id)])
    async with work.pinned(), work.changing():
        messages = MessageRepository(work)
        if trouble is None:
            await messages.sent(message.message_id, now())
        else:
            next_at = _next_try(message.tries, now())
            await messages.not_sent(message.message_id, state, trouble, next_at)


def _next_try(tries: int, at: datetime) -> datetime:
    """Wait twice as long each time, an hour at most."""
    doubled: int = 1 << min(tries - 1, 10)
    return at + min(FIRST_WAIT * doubled, LONGEST_WAIT)
