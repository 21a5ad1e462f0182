"""What lending refuses."""

from app.core.problems import Problem


class NotTheManager(Problem):
    """Lending is for the managers of a customer's department, and for data officers."""

    slug, status = "not-the-manager", 403
    title = "Only a manager of the customer's department may lend it."
    title_zh = "只有该客户所属部门的负责人才能共享该客户。"


class LentToItself(Problem):
    """The department sees the customer anyway: it is the customer's own, or stands above it."""

    slug, status = "lent-to-itself", 409
    title = "That department reaches the customer already."
    title_zh = "该部门本来就能看到该客户。"


class SharingEnded(Problem):
    """The grant was taken back, or its time is over."""

    slug, status = "sharing-ended", 409
    title = "It is not lent any more."
    title_zh = "该共享已结束。"
