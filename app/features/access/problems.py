"""What explaining refuses."""

from app.core.problems import Problem


class NobodyToExplain(Problem):
    """Neither a user nor a role was named, both were, or there is none of that name."""

    slug, status = "nobody-to-explain", 422
    title = "Name one user or one role that exists."
    title_zh = "请指定一个存在的用户或角色。"
