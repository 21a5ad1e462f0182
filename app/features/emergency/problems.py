"""What emergency access refuses."""

from typing import Final

from app.core.problems import Problem

AGAIN: Final = "3600"


class NotAPerson(Problem):
    """Opening and reviewing are decisions of people; another system makes none."""

    slug, status = "not-a-person", 403
    title = "Only a person may do this, no other system."
    title_zh = "该操作只能由人员执行，外部系统不可执行。"


class EmergencyIsYourOwn(Problem):
    """Whoever has opened a customer does not judge whether that was right."""

    slug, status = "emergency-is-your-own", 403
    title = "You opened it yourself; somebody else has to review it."
    title_zh = "该紧急访问由您本人发起，须由他人复核。"


class EmergencyNotNeeded(Problem):
    """The customer is within reach: it would show nothing more of it than you see already."""

    slug, status = "emergency-not-needed", 409
    title = "You reach this customer already; emergency access would show nothing more."
    title_zh = "您本来就能看到该客户，无需紧急访问。"


class EmergencyOpenAlready(Problem):
    """One access at a time for one person and one customer."""

    slug, status = "emergency-open-already", 409
    title = "You have this customer open already."
    title_zh = "您已对该客户开启紧急访问。"


class EmergencyEnded(Problem):
    """It was ended, or its time is over."""

    slug, status = "emergency-ended", 409
    title, title_zh = "It is not open any more.", "该紧急访问已结束。"


class EmergencyOpenStill(Problem):
    """What may still be read cannot be judged yet."""

    slug, status = "emergency-open-still", 409
    title = "It is still open; end it first, then review it."
    title_zh = "该紧急访问尚未结束，请先结束再复核。"


class EmergencyReviewed(Problem):
    """A verdict is given once."""

    slug, status = "emergency-reviewed", 409
    title, title_zh = "It has been reviewed already.", "该紧急访问已复核。"


class EmergencyTooOften(Problem):
    """One person opens a few customers in a day at most, and looks in vain for a few more."""

    slug, status = "emergency-too-often", 429
    title = "You have opened too many customers in the last 24 hours."
    title_zh = "您在 24 小时内开启的紧急访问次数过多。"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": AGAIN})
