"""Errors: every refusal as application/problem+json (RFC 9457), in the caller's language."""

from typing import Any, Final

import orjson

from app.core.kinds import MESSAGES
from app.core.problems import REGISTRY, Fault, Problem
from app.http.asgi import Scope, Send, header, respond

LARGEST: Final = 4096
MOST_FAULTS: Final = 20
MOST_NAMES: Final = 10
LONGEST_NAME: Final = 64
OWN_MESSAGES: Final = {
    "missing": ("This member is required.", "此项必填。"),
    "parameter-unknown": ("A rule of this kind has no such parameter.", "该类规则没有此参数。"),
    "unacceptable": ("This value is not acceptable.", "该值不符合要求。"),
    "limit-range": ("Between 1 and 200.", "应在 1 到 200 之间。"),
    "one-customer": (
        "Name one customer: by customer_id, or by external_id.",
        "请指定一位客户：填写 customer_id 或 external_id 之一。",
    ),
    "match-not-mapped": (
        "No column brings the field that rows are to be matched by.",
        "没有任何列对应所选的匹配字段。",
    ),
    "reason-too-short": ("Say more precisely why.", "请更具体地说明原因。"),
    "ticket-form": (
        "Up to 50 letters, digits and #._/- without spaces.",
        "最多 50 个字母、数字或 #._/-，不含空格。",
    ),
    "time-out-of-range": (
        "In the future, at most a year from now.",
        "须为将来时间，且不超过一年。",
    ),
    "expiry-out-of-range": (
        "In the future, and no later than the service allows.",
        "须为将来时间，且不晚于系统允许的期限。",
    ),
    "network-invalid": (
        "Give an IPv4 or IPv6 network such as 192.0.2.0/24, or an address.",
        "请填写 IPv4 或 IPv6 网段（例如 192.0.2.0/24）或地址。",
    ),
    "scope-not-granted": (
        "None of the roles grants this scope.",
        "所选角色均未授予该权限范围。",
    ),
    "not-on-a-card": (
        "An address card has no place for this member.",
        "电子名片中没有此项的位置。",
    ),
    "list-empty": ("At least one entry is needed.", "至少需要一项。"),
    "given-twice": ("Given more than once.", "重复给出。"),
    "filter-form": ("Use field, op and value.", "请使用 field、op 和 value。"),
    "nothing-to-search": (
        "There is nothing to search for in this: give letters, digits or Chinese characters.",
        "没有可搜索的内容:请输入字母、数字或汉字。",
    ),
    "not-with-q": (
        "A search by name comes in order of match, whole and uncounted: leave this out.",
        "按名称搜索时按匹配度排序,不支持此参数。",
    ),
    "create-or-change": (
        "Give either create, or customer_id and change.",
        "请填写 create,或 customer_id 与 change。",
    ),
    "username-invalid": (
        "A user name has 1 to 100 printable characters.",
        "用户名为 1 至 100 个可见字符。",
    ),
    "purpose-form": (
        "Say in up to 100 characters what it is for, without names, numbers or addresses.",
        "请用不超过 100 个字符说明用途,不要填写姓名、号码或地址。",
    ),
    "password-short": (
        "Take at least 15 characters; a few words that only you put together are best.",
        "至少 15 个字符;建议使用几个只有您会想到的词语。",
    ),
    "password-short-with-factor": ("Take at least 8 characters.", "至少 8 个字符。"),
    "password-common": (
        "This is one of the passwords that are guessed first; take another.",
        "该密码容易被猜到,请更换。",
    ),
    "password-unchanged": ("This is the password that you have already.", "新旧密码相同。"),
    "permission-unknown": ("No operation asks for this.", "没有操作需要此权限。"),
    "target-unknown": (
        "Name a field group, or a field of a resource, such as customers.phone.",
        "请填写字段组，或资源的某个字段，例如 customers.phone。",
    ),
    "condition-unknown": (
        "A condition names an open member of the customer that has choices, such as tier.",
        "条件须为客户的可选项字段（非加密），例如 tier。",
    ),
    "field-unknown": ("No such field is measured.", "没有可衡量的该字段。"),
    "kinds-differ": ("The two fields are of different kinds.", "两个字段的类型不同。"),
    "not-comparable": ("This field has no order.", "该字段不能比较大小。"),
    "fixed-in-a-rule": (
        "What a rule is about never changes; make another rule.",
        "规则针对的字段不可更改，请新建规则。",
    ),
    "department-out-of-reach": (
        "Name departments, all within your reach.",
        "请指定部门，且均须在您的权限范围内。",
    ),
    "role-unknown": ("There is no such role.", "没有这个角色。"),
    "one-proof": ("Give one proof alone.", "请只提供一种验证方式。"),
    "key-form": (
        "Use 1 to 255 visible ASCII characters.",
        "请使用 1 至 255 个可见 ASCII 字符。",
    ),
}


def speaks_chinese(scope: Scope) -> bool:
    """Whether the caller prefers Chinese (Accept-Language, first choice only)."""
    return (header(scope, b"accept-language") or b"").strip().lower().startswith(b"zh")


def describe(problem: Problem, scope: Scope, request_id: str) -> dict[str, Any]:
    """Return the members of the problem document; never a value that was sent."""
    return {**members(problem, scope), "instance": scope["path"], "request_id": request_id}


def members(problem: Problem, scope: Scope) -> dict[str, Any]:
    """Return what a problem says wherever it stands, alone or as the answer to one of many."""
    chinese = speaks_chinese(scope)
    document: dict[str, Any] = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title_zh if chinese else problem.title,
        "status": problem.status,
    }
    if problem.detail:
        document["detail"] = problem.detail
    if problem.faults:
        document["errors"] = [
            {"pointer": fault.pointer, "code": fault.code, "message": _words(fault, chinese)}
            for fault in problem.faults[:MOST_FAULTS]
        ]
    for name, value in problem.members.items():
        document[name] = _short(value)
    return document


def _words(fault: Fault, chinese: bool) -> str:  # noqa: FBT001 - the language of the caller
    return fault.words[chinese] if fault.words else message(fault.code, chinese)


def message(code: str, chinese: bool) -> str:  # noqa: FBT001 - the language of the caller
    """Return the sentence for a code."""
    pair = OWN_MESSAGES.get(code) or MESSAGES.get(code) or _titles(code)
    return pair[1] if chinese else pair[0]


def _titles(slug: str) -> tuple[str, str]:
    """Return the titles of a problem that stands as the reason for a part of the request."""
    problem = REGISTRY.get(slug)
    return (problem.title, problem.title_zh) if problem else OWN_MESSAGES["unacceptable"]


def _short(value: Any) -> Any:
    if isinstance(value, list):
        return [
            part[:LONGEST_NAME] if isinstance(part, str) else part for part in value[:MOST_NAMES]
        ]
    return value


async def send_problem(problem: Problem, scope: Scope, send: Send, request_id: str) -> None:
    """Answer with a problem document of at most 4 KiB."""
    document = describe(problem, scope, request_id)
    body = _fitting(document)
    headers = [(b"content-type", b"application/problem+json")]
    headers += [(k.lower().encode(), v.encode()) for k, v in problem.headers.items()]
    await respond(send, problem.status, body, headers)


def _fitting(document: dict[str, Any]) -> bytes:
    """Write the document; of what makes it too long the end is left out."""
    body = orjson.dumps(document, default=str)
    if len(body) > LARGEST:
        document["instance"] = "/"
        body = orjson.dumps(document, default=str)
    while len(body) > LARGEST:
        (document.get("errors") or document["names"]).pop()
        body = orjson.dumps(document, default=str)
    return body
