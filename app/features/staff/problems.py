"""What keeping the staff refuses."""

from app.core.problems import Problem


class UsernameTaken(Problem):
    """Another user has this name."""

    slug, status = "username-taken", 409
    title, title_zh = "Another user has this name already.", "该用户名已被使用。"
