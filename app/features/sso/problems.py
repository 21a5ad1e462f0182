"""What signing in through a provider refuses."""

from app.core.problems import Problem


class SsoFailed(Problem):
    """State, secret, code or ID token will not do, or served before; which of them is not said."""

    slug, status = "sso-failed", 401
    title = "Signing in through your company did not work; please start again."
    title_zh = "通过公司账号登录未成功，请重新开始。"

    def __init__(self) -> None:
        super().__init__(error="invalid_grant", headers={"WWW-Authenticate": "Bearer"})


class SsoNotAdmitted(Problem):
    """The provider knows the person; here there is no active account for them, or none of theirs.

    Whether the account is missing, suspended or without a role is not said.
    """

    slug, status = "sso-not-admitted", 403
    title = "Your company account opens nothing here; ask an administrator."
    title_zh = "您的公司账号在此无可用账户，请联系管理员。"


class ProviderMistaken(Problem):
    """The provider answers what it should not, or does not know this service: see the settings."""

    slug, status = "provider-mistaken", 502
    title = "The identity provider gave an answer that makes no sense here."
    title_zh = "身份提供方的响应无法识别，请联系管理员。"


class ProviderNotReached(Problem):
    """The provider is down, too slow, or not to be reached from here."""

    slug, status = "provider-not-reached", 503
    title = "The identity provider cannot be reached now; try again."
    title_zh = "暂时无法连接身份提供方，请稍后重试。"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "5"})
