"""What acts on jobs refuse."""

from app.core.problems import Problem


class JobEnded(Problem):
    """It has ended: there is nothing left to cancel."""

    slug, status = "job-ended", 409
    title, title_zh = "The job has ended already.", "任务已经结束。"


class JobNotRestartable(Problem):
    """Only what failed or is held is begun anew, and only while no other one does the same."""

    slug, status = "job-not-restartable", 409
    title = "Only a failed or held job can be restarted, and only one of a kind at a time."
    title_zh = "只有失败或挂起的任务可以重新开始，且同一事项同时只能有一个任务。"
