"""What signing in refuses; `error` says it in the words of OAuth 2 (RFC 6749, 5.2) for clients."""

from app.core.problems import Problem


class SignInFailed(Problem):
    """Unknown user, wrong password, suspended user: one answer for all of them."""

    slug, status = "sign-in-failed", 401
    title = "The user name or the password is not right."
    title_zh = "用户名或密码不正确。"

    def __init__(self, error: str = "invalid_grant") -> None:
        super().__init__(error=error, headers={"WWW-Authenticate": "Bearer"})


class GrantNotSupported(Problem):
    """A grant type that this service does not know."""

    slug, status = "grant-not-supported", 400
    title = "Sign in with the grant type password or client_credentials."
    title_zh = "请使用 password 或 client_credentials 授权类型登录。"

    def __init__(self) -> None:
        super().__init__(error="unsupported_grant_type")


class GrantMalformed(Problem):
    """A member is missing, or given more than once."""

    slug, status = "grant-malformed", 400
    title = "The sign-in request is incomplete or contradicts itself."
    title_zh = "登录请求不完整或自相矛盾。"

    def __init__(self) -> None:
        super().__init__(error="invalid_request")


class UsernameTaken(Problem):
    """Another user has this name."""

    slug, status = "username-taken", 409
    title, title_zh = "Another user has this name already.", "该用户名已被使用。"
