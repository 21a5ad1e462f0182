"""What exporting refuses."""

from app.core.problems import Problem


class ExportsTooMany(Problem):
    """One person has as many exports a day as the service allows."""

    slug, status = "exports-too-many", 429
    title = "You have exported as often as one may in a day."
    title_zh = "您今天的导出次数已达上限。"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "3600"})


class ExportTooLarge(Problem):
    """The filter finds more customers than may leave in one file."""

    slug, status = "export-too-large", 409
    title = "More customers than one file may hold; narrow the filter."
    title_zh = "客户数量超过单个文件的上限，请缩小筛选范围。"


class ExportNotReady(Problem):
    """The file is not written yet, or never will be: see its job."""

    slug, status = "export-not-ready", 409
    title = "The file is not ready; its job tells how far it is."
    title_zh = "文件尚未生成，请查看任务进度。"


class ExportGone(Problem):
    """The file was taken, has expired, or was cancelled; a further export makes another."""

    slug, status = "export-gone", 409
    title = "The file is there no more; export again."
    title_zh = "文件已被取走或已过期，请重新导出。"


class ExportOutdated(Problem):
    """What you may see has changed since the file was written."""

    slug, status = "export-outdated", 409
    title = "Your rights have changed since this file was written; export again."
    title_zh = "文件生成后您的权限已变更，请重新导出。"


class ExportLinkRefused(Problem):
    """The token is not the one of this file's newest link, was used, or has expired."""

    slug, status = "export-link-refused", 403
    title = "This link is not good any more; ask for another."
    title_zh = "链接无效或已过期，请重新获取。"
