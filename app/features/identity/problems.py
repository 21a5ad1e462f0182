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
    title = "Sign in with the grant type password, refresh_token or client_credentials."
    title_zh = "请使用 password、refresh_token 或 client_credentials 授权类型登录。"

    def __init__(self) -> None:
        super().__init__(error="unsupported_grant_type")


class GrantMalformed(Problem):
    """A member is missing, or given more than once."""

    slug, status = "grant-malformed", 400
    title = "The sign-in request is incomplete or contradicts itself."
    title_zh = "登录请求不完整或自相矛盾。"

    def __init__(self) -> None:
        super().__init__(error="invalid_request")


class SessionOver(Problem):
    """The refresh token is not good: unknown, used before, or its session is over."""

    slug, status = "session-over", 401
    title, title_zh = "Your session is over; please sign in again.", "会话已结束，请重新登录。"

    def __init__(self) -> None:
        super().__init__(error="invalid_grant", headers={"WWW-Authenticate": "Bearer"})


class TooManyAttempts(Problem):
    """Too many wrong passwords; each further one makes the wait longer, a right one too."""

    slug, status = "too-many-attempts", 429
    title = "Too many wrong attempts; wait a little before the next one."
    title_zh = "密码错误次数过多，请稍候再试。"

    def __init__(self, seconds: int = 1) -> None:
        super().__init__(error="slow_down", headers={"Retry-After": str(seconds)})


class PasswordMistaken(Problem):
    """The current password, asked for once more, does not fit."""

    slug, status = "password-mistaken", 403
    title, title_zh = "The current password is not right.", "当前密码不正确。"
