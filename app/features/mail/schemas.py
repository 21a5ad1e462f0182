"""Messages as administrators see them: where they stand, never what they say."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field


class MessageView(BaseModel):
    """A message on its way, or what became of it; neither its words nor its address."""

    message_id: UUID
    template: str = Field(description="What it is about.", examples=["invitation"])
    languages: list[str] = Field(examples=[["zh-CN", "en"]])
    user_id: UUID | None = Field(
        description="Which colleague it goes to; null when it goes to a customer."
    )
    state: str = Field(
        description=(
            "`queued`: on its way. `sent`: the mail server took it. `held`: the server refuses it; "
            "see `trouble`, then retry. `failed`: given up, its time was over."
        ),
        examples=["queued"],
    )
    tries: int = Field(examples=[0])
    trouble: str | None = Field(
        description=(
            "What hindered it last: `refused-` and the server's number, `timeout`, `disconnected`, "
            "`unreachable`, `not-supported`, `header-unusable`, `broken`, `withdrawn`, `outdated`."
        ),
        examples=[None],
    )
    queued_at: datetime
    not_before: datetime = Field(description="When it is tried next, if it is queued.")
    not_after: datetime = Field(description="When it is given up.")
    sent_at: datetime | None
