"""What signing in refuses; `error` says it in the words of OAuth 2 (RFC 6749, 5.2) for clients."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.core.problems import Problem

CHALLENGE: Final = "mJq5c2Zt0b7x..."
METHODS: Final = ("otp", "recovery_code", "passkey")
PASSKEY: Final[Mapping[str, Any]] = {"rpId": "localhost", "challenge": "q83v...", "timeout": 300000}


class SignInFailed(Problem):
    """Unknown user, wrong password, suspended user: one answer for all of them.

    Of other systems also: expired, or from an address that is not theirs.
    """

    slug, status = "sign-in-failed", 401
    title = "The user name or the password is not right."
    title_zh = "用户名或密码不正确。"

    def __init__(self, error: str = "invalid_grant") -> None:
        super().__init__(error=error, headers={"WWW-Authenticate": "Bearer"})


class SecondFactorNeeded(Problem):
    """The password was right, or the token is good; `methods` says what else is asked for.

    At sign-in `challenge` goes back with the proof within five minutes, once; `passkey` is what
    `navigator.credentials.get` takes.
    """

    slug, status = "second-factor-needed", 403
    title, title_zh = "Confirm with your second factor.", "请完成双重验证。"

    def __init__(
        self,
        challenge: str | None = CHALLENGE,
        methods: Sequence[str] = METHODS,
        passkey: Mapping[str, Any] | None = PASSKEY,
    ) -> None:
        told = {"challenge": challenge, "passkey": passkey}
        sent: dict[str, Any] = {name: value for name, value in told.items() if value is not None}
        super().__init__(error="mfa_required", methods=[*methods], **sent)


class FactorEnrolmentNeeded(Problem):
    """The password was right, and the user's role demands a second factor, which is still missing.

    `challenge` goes to `POST /v1/auth/enrol` and `POST /v1/auth/enrol/confirm` within five minutes.
    """

    slug, status = "factor-enrolment-needed", 403
    title = "Your role demands a second factor: set up an authenticator app."
    title_zh = "您的角色必须启用双重验证，请先设置验证器。"

    def __init__(self, challenge: str = CHALLENGE) -> None:
        super().__init__(error="mfa_required", challenge=challenge)


class FactorMistaken(Problem):
    """The second factor, asked for once more, does not fit, or was used before."""

    slug, status = "factor-mistaken", 403
    title, title_zh = "The second factor is not right.", "双重验证未通过。"


class GrantNotSupported(Problem):
    """A grant type that this service does not know."""

    slug, status = "grant-not-supported", 400
    title = "Sign in with the grant type password, mfa, refresh_token or client_credentials."
    title_zh = "请使用 password、mfa、refresh_token 或 client_credentials 授权类型登录。"

    def __init__(self) -> None:
        super().__init__(error="unsupported_grant_type")


class GrantMalformed(Problem):
    """A member is missing, or given more than once."""

    slug, status = "grant-malformed", 400
    title = "The sign-in request is incomplete or contradicts itself."
    title_zh = "登录请求不完整或自相矛盾。"

    def __init__(self) -> None:
        super().__init__(error="invalid_request")


class ScopeRefused(Problem):
    """The client asks for a scope that it does not have."""

    slug, status = "scope-refused", 400
    title = "This client does not have all scopes that it asks for."
    title_zh = "该客户端不具有所请求的全部权限范围。"

    def __init__(self) -> None:
        super().__init__(error="invalid_scope")


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
