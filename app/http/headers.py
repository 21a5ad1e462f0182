"""Headers: what a request may bring and an answer carries, as the document describes them."""

from typing import Any, Final

from app.core.purposes import LONGEST
from app.http.routes import FILLERS, LeanRoute

REQUEST: Final[dict[str, dict[str, Any]]] = {
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The ETag of the record as you saw it: 428 without, 412 when it is stale.",
        "schema": {"type": "string"},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": (
            "A name of your own for this request: sent again within a day under the same key, it "
            "gets the answer of the first time and changes nothing."
        ),
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    "Purpose": {
        "name": "X-Purpose",
        "in": "header",
        "description": "What you need it for; it stays on the audit line, so no names or numbers.",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST},
    },
    "Language": {
        "name": "Accept-Language",
        "in": "header",
        "description": "Language of titles and messages: `en`, or `zh-CN`.",
        "schema": {"type": "string"},
    },
    "RequestId": {
        "name": "X-Request-Id",
        "in": "header",
        "description": "An id of your own for this request; without one you are given one.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{8,64}$"},
    },
}
ANSWER: Final[dict[str, dict[str, Any]]] = {
    "ETag": {
        "description": "The state you saw; send it as `If-Match`. Sparse answers have none.",
        "schema": {"type": "string"},
    },
    "Location": {
        "description": "Where the new record is.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "X-Request-Id": {
        "description": "Names this request in the audit and in the log.",
        "schema": {"type": "string"},
    },
    "RateLimit-Limit": {
        "description": "How many requests you may send in a minute.",
        "schema": {"type": "string"},
    },
    "RateLimit-Remaining": {
        "description": "How many of them are left.",
        "schema": {"type": "string"},
    },
    "RateLimit-Reset": {
        "description": "Seconds until the next minute begins.",
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "Seconds to wait before you try again.",
        "schema": {"type": "string"},
    },
    "WWW-Authenticate": {
        "description": "How to sign in: with a bearer token.",
        "schema": {"type": "string"},
    },
}
RATE: Final = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


def needs_if_match(route: LeanRoute) -> bool:
    """Whether the route asks for If-Match."""
    return any(fill is FILLERS[str] for _, fill in route.plan)


def request_headers(route: LeanRoute) -> list[dict[str, str]]:
    """Refer to the headers that a request of this route may bring."""
    names = ["IfMatch"] if needs_if_match(route) else []
    names += ["IdempotencyKey"] if route.keyed else []
    names += ["Purpose", "Language", "RequestId"]
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def answer_headers(*names: str) -> dict[str, dict[str, str]]:
    """Refer to these headers of an answer; the request id is always among them."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, "X-Request-Id")}
