"""What keeping other systems refuses."""

from app.core.problems import Problem


class TwoSecretsLive(Problem):
    """A client has two live secrets at most: end one before the next."""

    slug, status = "two-secrets-live", 409
    title = "This client has two live secrets already; end one of them first."
    title_zh = "该客户端已有两个有效密钥，请先停用其中一个。"


class ClientStatusForbids(Problem):
    """The act does not fit the status that the client has: see the status in the client."""

    slug, status = "client-status-forbids", 409
    title = "The status of this client does not allow that."
    title_zh = "该客户端的状态不允许此操作。"


class OwnClient(Problem):
    """A client does not change itself; it may rotate its secret by `POST /v1/me/rotate-secret`."""

    slug, status = "own-client", 409
    title = "No client changes itself; another one has to do it."
    title_zh = "客户端不能更改自身。"


class SecretMistaken(Problem):
    """The current secret, asked for once more, does not fit, or the caller has none."""

    slug, status = "secret-mistaken", 403
    title, title_zh = "The current secret is not right.", "当前密钥不正确。"
