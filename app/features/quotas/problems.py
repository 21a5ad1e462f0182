"""What extending a quota refuses."""

from app.core.problems import Problem


class NoFurtherQuota(Problem):
    """The quota has no limit, or was extended as often as a day allows."""

    slug, status = "no-further-quota", 409
    title = "This quota cannot be extended any more today."
    title_zh = "该额度今日不能再延长。"
