"""What importing refuses."""

from app.core.problems import Problem


class ImportsTooMany(Problem):
    """One person uploads as many files a day as the service allows."""

    slug, status = "imports-too-many", 429
    title = "You have uploaded as many files as one may in a day."
    title_zh = "您今天的导入次数已达上限。"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "3600"})


class ImportNotReady(Problem):
    """The act belongs to another state of the import: `state` and `job_id` say where it stands."""

    slug, status = "import-not-ready", 409
    title = "The import is not at this step now; look at its state."
    title_zh = "导入当前状态不允许此操作，请查看其状态。"


class ImportNotYours(Problem):
    """Nobody approves what they have uploaded, or mapped, themselves."""

    slug, status = "import-not-yours", 403
    title = "Somebody else has to decide on this import."
    title_zh = "导入须由他人审批。"


class ImportMoved(Problem):
    """The dry run that was looked at is not the one that was submitted."""

    slug, status = "import-moved", 409
    title = "This is not the dry run that was submitted; look at it again."
    title_zh = "试运行结果已更新，请重新查看。"


class UndoTooLate(Problem):
    """The time within which an import can be taken back is over."""

    slug, status = "undo-too-late", 409
    title = "This import can not be taken back any more."
    title_zh = "已超过撤销期限。"
