"""What is done about mail without anybody asking."""

from datetime import timedelta
from typing import Final

from app.core.routines import Routine
from app.features.mail.service import clear_messages, send_messages

ROUTINES: Final[tuple[Routine, ...]] = (
    Routine(
        name="send_messages",
        every=timedelta(seconds=2),
        run=send_messages,
        lost_after=timedelta(minutes=2),
    ),
    Routine(name="clear_messages", every=timedelta(minutes=10), run=clear_messages),
)
