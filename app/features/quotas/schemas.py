"""What is told of quotas."""

from datetime import datetime

from pydantic import BaseModel, Field

from app.core.metering import Metered
from app.core.schemas import Input


class QuotaView(BaseModel):
    """What somebody may do in a day, and what is left of it."""

    quota: Metered = Field(examples=["records"])
    limit: int | None = Field(description="For a day, without extensions.", examples=[50000])
    used: int = Field(examples=[1200])
    left: int | None = Field(description="Null without a limit.", examples=[48800])
    extended: int = Field(description="How often it was extended today.", examples=[0])
    extensions_left: int = Field(examples=[2])
    renews_at: datetime = Field(examples=["2026-01-31T16:00:00Z"])


class Extension(Input):
    """Which quota to extend by its own size, until it renews."""

    quota: Metered = Field(strict=False, examples=["records"])
