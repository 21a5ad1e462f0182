"""What second factors refuse; a proof that will not do gets the words of a failed sign-in."""

from app.core.problems import Problem


class FactorRefused(Problem):
    """Wrong, used, expired or unknown: one answer for every proof that will not do."""

    slug, status = "factor-refused", 401
    title = "The user name or the password is not right."
    title_zh = "用户名或密码不正确。"

    def __init__(self) -> None:
        super().__init__(error="invalid_grant", headers={"WWW-Authenticate": "Bearer"})


class TooManyTries(Problem):
    """Five wrong codes in a row; a passkey or a recovery code still opens the door."""

    slug, status = "too-many-tries", 429
    title = "Too many wrong codes; wait, or use a passkey or a recovery code."
    title_zh = "错误次数过多，请稍后再试，或使用通行密钥、恢复码。"

    def __init__(self, seconds: int = 30) -> None:
        super().__init__(headers={"Retry-After": str(seconds)})


class CodeWrong(Problem):
    """The code is not the one that the new app should show now."""

    slug, status = "code-wrong", 409
    title = "The code does not fit; check the clock of your device and try the next one."
    title_zh = "验证码不正确，请检查设备时间后再试。"


class PasskeyRefused(Problem):
    """The new passkey's answer is malformed, expired, used before or meant for another site."""

    slug, status = "passkey-refused", 409
    title, title_zh = "The passkey cannot be added; try again.", "无法添加该通行密钥，请重试。"


class FactorConfirmed(Problem):
    """There is nothing to confirm any more."""

    slug, status = "factor-confirmed", 409
    title, title_zh = "This factor is confirmed already.", "该验证方式已确认。"


class TooManyFactors(Problem):
    """A user has ten factors at most."""

    slug, status = "too-many-factors", 409
    title = "You have ten factors already; remove one first."
    title_zh = "您已有十个验证方式，请先移除一个。"


class LastFactor(Problem):
    """A role of the user demands a second factor."""

    slug, status = "last-factor", 409
    title = "Your role demands a second factor: add another one first."
    title_zh = "您的角色必须启用双重验证，请先添加另一种验证方式。"


class NoFactor(Problem):
    """Recovery codes stand in for a factor; there is none."""

    slug, status = "no-factor", 409
    title, title_zh = "Add an authenticator app or a passkey first.", "请先添加验证器或通行密钥。"


class OwnFactors(Problem):
    """Nobody resets their own factors: they are removed one by one, with a fresh factor."""

    slug, status = "own-factors", 409
    title = "Remove your own factors one by one, or ask another administrator."
    title_zh = "请逐个移除自己的验证方式，或请其他管理员协助。"
