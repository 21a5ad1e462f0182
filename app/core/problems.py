"""Problems: the one way to say no, with a stable slug and words for the person at the screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One malformed member: where it stands (JSON pointer), why (code), never its value.

    `words` say why in both languages where people have written the rule themselves.
    """

    pointer: str
    code: str
    words: tuple[str, str] | None = None


REGISTRY: dict[str, type["Problem"]] = {}


class Problem(Exception):  # noqa: N818 - it is an answer to the caller, not an error of ours
    """A refusal; subclasses state slug, status and a title in both languages."""

    slug: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]
    title_zh: ClassVar[str]

    def __init__(
        self,
        detail: str | None = None,
        *,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(self.slug)
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = dict(headers or {})
        self.members = members

    def __init_subclass__(cls) -> None:
        if cls.slug in REGISTRY:
            message = f"the slug {cls.slug} is taken"
            raise TypeError(message)
        REGISTRY[cls.slug] = cls


class Unreadable(Problem):
    """The body or the address is not what its form promises."""

    slug, status = "unreadable", 400
    title, title_zh = "The request cannot be read.", "无法读取该请求。"


class NotSignedIn(Problem):
    """No token, or one that will not do; which of the two is not said."""

    slug, status = "not-signed-in", 401
    title, title_zh = "Please sign in.", "请先登录。"

    def __init__(self, whose: object = None) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"})
        self.whose = whose  # for the line alone


class NotPermitted(Problem):
    """The actor lacks the scope that the operation needs."""

    slug, status = "not-permitted", 403
    title, title_zh = "Your role does not permit this.", "您的角色无权执行此操作。"


class FreshFactorNeeded(Problem):
    """A second factor must have been shown in the last minutes; the sign-in itself is good."""

    slug, status = "fresh-factor-needed", 403
    title = "Confirm with your second factor first, then try again."
    title_zh = "请先完成双重验证，然后重试。"


class FieldReadOnly(Problem):
    """A member that the actor may read but not write."""

    slug, status = "field-read-only", 403
    title, title_zh = "You may read this field but not change it.", "该字段可读但不可修改。"


class NotFound(Problem):
    """Not there, or out of reach: one answer for both."""

    slug, status = "not-found", 404
    title, title_zh = "There is no such record.", "没有这条记录。"


class MethodNotAllowed(Problem):
    """The address exists, the method does not."""

    slug, status = "method-not-allowed", 405
    title, title_zh = "This address does not take that method.", "该地址不支持此方法。"


class Stale(Problem):
    """The record was changed meanwhile, as far as this actor sees it."""

    slug, status = "stale", 412
    title = "Somebody has changed this record meanwhile; load it again."
    title_zh = "该记录已被他人修改，请重新加载。"


class TooLarge(Problem):
    """A limit on size, depth or number."""

    slug, status = "too-large", 413
    title, title_zh = "The request is too large.", "请求过大。"


class NotJson(Problem):
    """The body is not declared as JSON."""

    slug, status = "not-json", 415
    title, title_zh = "Send application/json in UTF-8.", "请以 UTF-8 发送 application/json。"


class NotAFile(Problem):
    """The body is not declared as a file; what is in it is told by its content alone."""

    slug, status = "not-a-file", 415
    title = "Send the file itself, as application/octet-stream or by its own media type."
    title_zh = "请直接发送文件内容，类型为 application/octet-stream 或文件自身的类型。"


class NotForm(Problem):
    """The token endpoint takes a form (RFC 6749, section 4)."""

    slug, status = "not-form", 415
    title = "Send application/x-www-form-urlencoded."
    title_zh = "请发送 application/x-www-form-urlencoded。"


class Malformed(Problem):
    """Well-formed JSON with values that will not do; `errors` says where."""

    slug, status = "malformed", 422
    title, title_zh = "Some values are not acceptable.", "部分内容不符合要求。"


class FieldNotAvailable(Problem):
    """A name that is unknown or hidden: one answer for both."""

    slug, status = "field-not-available", 422
    title, title_zh = "A named field is not available to you.", "所列字段对您不可用。"


class OperatorNotAvailable(Problem):
    """The member is readable, but cannot be compared, ordered or searched that way."""

    slug, status = "operator-not-available", 422
    title, title_zh = "The field cannot be filtered that way.", "该字段不支持这种筛选方式。"


class ReadQuotaSpent(Problem):
    """More than the actor may be shown, look up or reveal in a day; `quota` says which it is.

    `left` is what still fits, `extensions_left` how often `POST /v1/me/quotas/extend` helps.
    """

    slug, status = "read-quota-spent", 429
    title = "Today's quota is spent until renews_at; a fresh second factor may open a further one."
    title_zh = "今日额度已用完，将于 renews_at 恢复；通过双重验证可再开一次额度。"


class CursorInvalid(Problem):
    """The cursor is not ours, or belongs to another question."""

    slug, status = "cursor-invalid", 422
    title, title_zh = "The cursor does not belong to this list.", "游标与此列表不符。"


class IfMatchMissing(Problem):
    """A change must name the state it starts from."""

    slug, status = "if-match-missing", 428
    title, title_zh = "Send If-Match with the ETag you saw.", "请发送 If-Match 标头。"


class NotNow(Problem):
    """The database or the audit cannot be reached; nothing was shown or changed."""

    slug, status = "not-now", 503
    title, title_zh = "The service cannot answer now; try again.", "服务暂不可用，请稍后重试。"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class Broken(Problem):
    """A fault of ours; the request id leads to it."""

    slug, status = "broken", 500
    title, title_zh = "Something went wrong on our side.", "服务内部错误。"
