"""Routes of the outbox."""

from typing import Any, Final
from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed, NotFound
from app.core.views import Listed, Shown
from app.features.mail.models import MessageState
from app.features.mail.problems import MessageGone
from app.features.mail.schemas import MessageView
from app.features.mail.service import MessageService
from app.http.documents import PARAMETERS, ListOf
from app.http.routes import Query, Work, feature_router

router = feature_router("messages")


def _narrowing(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


STATES: Final = [state.value for state in MessageState]
LISTING: Final = {
    "parameters": [
        PARAMETERS["limit"],
        PARAMETERS["cursor"],
        _narrowing("state", "Messages that stand so.", type="string", enum=STATES),
        _narrowing("template", "Messages about this.", type="string"),
        _narrowing("user_id", "Messages to this user.", type="string", format="uuid"),
    ]
}


@router.get(
    permission=Permission.MESSAGES_READ,
    response_model=ListOf[MessageView],
    problems=(FieldNotAvailable, CursorInvalid, Malformed),
    extra=LISTING,
)
async def list_messages(asked: Query, work: Work) -> Listed:
    """List the mail of the last 90 days, newest first: where each message stands.

    Needs `messages:read`. Words and addresses are shown to nobody, and destroyed once it is sent.
    """
    return await MessageService(work).page(asked)


@router.post(
    "/{message_id}/retry",
    permission=Permission.MESSAGES_RETRY,
    response_model=MessageView,
    problems=(NotFound, MessageGone),
)
async def retry_message(message_id: UUID, work: Work) -> Shown:
    """Try a message again now, if it is held or waits; needs `messages:retry`.

    Refused once it was sent or given up: its words are gone. Draw a new invitation then.
    """
    return await MessageService(work).retry(message_id)
