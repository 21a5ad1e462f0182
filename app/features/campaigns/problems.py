"""What campaigns, tasks, links and corrections refuse."""

from app.core.problems import Problem


class CampaignNotReady(Problem):
    """A campaign is scheduled by a window that has not ended, or by a recurrence."""

    slug, status = "campaign-not-ready", 409
    title = "Give the campaign a window that has not ended, or a recurrence."
    title_zh = "请为活动设置未结束的时间段或周期。"


class CampaignUnderWay(Problem):
    """What runs, or is over, is neither changed nor started."""

    slug, status = "campaign-under-way", 409
    title = "The campaign is running already, or is over."
    title_zh = "该活动正在进行或已结束。"


class CampaignOver(Problem):
    """A campaign that is over stays so."""

    slug, status = "campaign-over", 409
    title = "The campaign is over."
    title_zh = "该活动已结束。"


class TaskSettled(Problem):
    """The task is done, missed, or waits for the review of a correction."""

    slug, status = "task-settled", 409
    title = "This task is not open any more."
    title_zh = "该任务已不是待核实状态。"


class CorrectionSettled(Problem):
    """Somebody has decided on the correction."""

    slug, status = "correction-settled", 409
    title = "This correction has been decided on already."
    title_zh = "该更正已经审核。"


class LinkNotValid(Problem):
    """The link is unknown, used or too old; which of these is not said."""

    slug, status = "link-not-valid", 404
    title = "This link is not valid: it was used already, or its time is over."
    title_zh = "此链接无效：可能已经使用过，或已超过有效期。"
