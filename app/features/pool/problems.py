"""What the pool refuses."""

from datetime import UTC, datetime
from typing import Any, Final

from app.core.clock import now
from app.core.problems import Problem

# Stands in the examples of the document: midnight in China.
MIDNIGHT: Final = datetime(2026, 11, 30, 16, tzinfo=UTC)


class PoolExists(Problem):
    """A department has one pool at a time."""

    slug, status = "pool-exists", 409
    title = "This department has a pool already."
    title_zh = "该部门已有公海。"


class NoPool(Problem):
    """No pool holds for the customer's department."""

    slug, status = "no-pool", 409
    title = "The customer's department has no common pool."
    title_zh = "该客户所属部门没有公海。"


class NotInPool(Problem):
    """The customer is not in a pool: somebody was faster, or it never was there."""

    slug, status = "not-in-pool", 409
    title = "This customer is not in the pool any more."
    title_zh = "该客户已不在公海中。"


class InPoolAlready(Problem):
    """What is in the pool cannot be put there again."""

    slug, status = "in-pool-already", 409
    title = "This customer is in the pool already."
    title_zh = "该客户已在公海中。"


class NotTheOwner(Problem):
    """Releasing and following up are the owner's, and data officers'."""

    slug, status = "not-the-owner", 403
    title = "Only the owner of the customer may do this."
    title_zh = "只有该客户的客户经理才能执行此操作。"


class CoolingDown(Problem):
    """Who gave a customer back does not take it again at once; `until` says when."""

    slug, status = "cooling-down", 409
    title = "You gave this customer back a short while ago; let colleagues try first."
    title_zh = "您近期退回过该客户，请先让其他同事跟进。"


class PoolFull(Problem):
    """One person holds no more customers than the pool allows."""

    slug, status = "pool-full", 409
    title = "You hold as many customers as the pool allows; release one first."
    title_zh = "您持有的客户数已达上限，请先释放。"


def _renewing(limit: int, renews_at: datetime) -> dict[str, Any]:
    """Return what a refusal says of a number that is counted by the day."""
    wait = max(1, round((renews_at - now()).total_seconds()))
    said = renews_at.isoformat().replace("+00:00", "Z")
    return {"headers": {"Retry-After": str(wait)}, "limit": limit, "left": 0, "renews_at": said}


class TakesUsedUp(Problem):
    """`limit` customers were taken today; `renews_at` says when the next may be."""

    slug, status = "takes-used-up", 429
    title = "You have taken as many customers as the pool allows in a day."
    title_zh = "您今日领取客户数已达上限。"

    def __init__(self, limit: int = 20, renews_at: datetime = MIDNIGHT) -> None:
        super().__init__(**_renewing(limit, renews_at))


class ContactViewsUsedUp(Problem):
    """The contact data of `limit` customers were viewed today; `renews_at` says when more may."""

    slug, status = "contact-views-used-up", 429
    title = "You have viewed the contact data of as many customers as the pool allows in a day."
    title_zh = "您今日查看公海客户联系方式的数量已达上限。"

    def __init__(self, limit: int = 50, renews_at: datetime = MIDNIGHT) -> None:
        super().__init__(**_renewing(limit, renews_at))
