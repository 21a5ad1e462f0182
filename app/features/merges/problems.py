"""What merging refuses."""

from app.core.problems import Problem


class KindsDiffer(Problem):
    """A person and an organisation are never one."""

    slug, status = "kinds-differ", 409
    title = "A person and an organisation cannot be merged."
    title_zh = "个人与单位不能合并。"


class MergeUndone(Problem):
    """A merge is taken back once."""

    slug, status = "merge-undone", 409
    title = "This merge has been taken back already."
    title_zh = "该合并已撤销。"


class SurvivorMerged(Problem):
    """The last merge is taken back first."""

    slug, status = "survivor-merged", 409
    title = "The survivor was merged in turn since; take that back first."
    title_zh = "保留的客户之后又被合并，请先撤销那次合并。"
