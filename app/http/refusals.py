"""Refusals: every problem that a route may answer with, and how the document shows them."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final

from app.core.problems import (
    Broken,
    Fault,
    FieldNotAvailable,
    FieldReadOnly,
    FreshFactorNeeded,
    IfMatchMissing,
    Malformed,
    NotForm,
    NotFound,
    NotJson,
    NotNow,
    NotPermitted,
    NotSignedIn,
    Problem,
    ReadQuotaSpent,
    Stale,
    TooLarge,
    Unreadable,
)
from app.http.errors import describe
from app.http.headers import answer_headers, needs_if_match
from app.http.idempotency import KeyInUse, KeyReused
from app.http.routes import LeanRoute
from app.http.throttle import TooMany

MEDIA_TYPE: Final = "application/problem+json"
ANYWHERE: Final = (Unreadable, TooLarge, Malformed, TooMany, NotNow, Broken)
BROUGHT: Final[dict[type[Problem], str]] = {
    Stale: "ETag",
    TooMany: "Retry-After",
    ReadQuotaSpent: "Retry-After",
}
# The nouns of permissions to what names customers: whoever is shown some spends a quota.
NOUNS: Final = frozenset({"customers", "duplicates", "access-log", "audit"})
REQUEST_ID: Final = "01900000-0000-7000-8000-00000000000f"
PATH: Final = "/v1/customers/01900000-0000-7000-8000-000000000001"
ILLUSTRATED: Final[dict[type[Problem], dict[str, Any]]] = {
    Malformed: {"faults": [Fault("/contact_points/0/value", "phone-invalid")]},
    FieldNotAvailable: {"names": ["nickname"]},
    FieldReadOnly: {"names": ["status"]},
    ReadQuotaSpent: {
        "quota": "records",
        "left": 0,
        "extensions_left": 2,
        "renews_at": "2026-01-31T16:00:00Z",
    },
}
SCHEMA: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "A refusal (RFC 9457); it never repeats a value that was sent.",
    "type": "object",
    "required": ["type", "title", "status", "instance", "request_id"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "description": "A stable name, and the address of the page that explains it.",
        },
        "title": {"type": "string", "description": "A sentence for the person at the screen."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "The path that was asked for."},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "Which values will not do, and why.",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": {
                    "pointer": {"type": "string", "description": "A JSON pointer into the body."},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
        "names": {
            "type": "array",
            "description": "The names that were refused, as you sent them.",
            "items": {"type": "string"},
        },
        "quota": {"type": "string", "description": "Which quota of the day is spent."},
        "left": {"type": "integer", "description": "What of it is left."},
        "extensions_left": {"type": "integer", "description": "How often it can be extended."},
        "renews_at": {"type": "string", "format": "date-time"},
        "error": {"type": "string", "description": "What OAuth 2 calls it; at sign-in only."},
        "challenge": {"type": "string", "description": "To send back with a second factor."},
        "methods": {
            "type": "array",
            "description": "How a second factor may be proven.",
            "items": {"type": "string"},
        },
        "passkey": {"type": "object", "description": "For `navigator.credentials.get`."},
    },
}


def refusals_of(route: LeanRoute) -> list[type[Problem]]:
    """Return every problem of a route: its own, and those of what it asks for."""
    implied: tuple[tuple[Any, tuple[type[Problem], ...]], ...] = (
        (True, ANYWHERE),
        (route.promise.permission, (NotSignedIn, NotPermitted)),
        ("{" in route.path, (NotFound,)),
        (route.form, (NotForm,)),
        (route.body, (NotJson, FieldNotAvailable)),
        (route.keyed, (KeyInUse, KeyReused)),
        (needs_if_match(route), (IfMatchMissing, Stale)),
        (route.promise.step_up, (FreshFactorNeeded,)),
        (_shows_customers(route), (ReadQuotaSpent,)),
    )
    found = {problem for holds, problems in implied if holds for problem in problems}
    return sorted(found | set(route.promise.problems), key=_order)


def _shows_customers(route: LeanRoute) -> bool:
    permission = route.promise.permission
    return permission is not None and permission.value.partition(":")[0] in NOUNS


def refusing_answers(problems: Iterable[type[Problem]]) -> dict[str, Any]:
    """Describe the refusing answers, one for each status, with an example for each problem."""
    return {str(status): _answer(list(group)) for status, group in groupby(problems, _status)}


def refusal_examples(problems: Iterable[type[Problem]]) -> dict[str, Any]:
    """Give one example for each problem, as the service writes it."""
    return {problem.slug: _example(problem) for problem in sorted(set(problems), key=_order)}


def _answer(problems: list[type[Problem]]) -> dict[str, Any]:
    headers = sorted({name for problem in problems for name in problem().headers})
    headers += [BROUGHT[problem] for problem in problems if problem in BROUGHT]
    return {
        "description": " ".join(problem.title for problem in problems),
        "headers": answer_headers(*headers),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {
                    problem.slug: {"$ref": f"#/components/examples/{problem.slug}"}
                    for problem in problems
                },
            }
        },
    }


def _example(problem: type[Problem]) -> dict[str, Any]:
    raised = problem(**ILLUSTRATED.get(problem, {}))
    return {
        "summary": problem.title,
        "description": f"{problem.title_zh} {problem.__doc__}",
        "value": describe(raised, {"path": PATH, "headers": []}, REQUEST_ID),
    }


def _status(problem: type[Problem]) -> int:
    return problem.status


def _order(problem: type[Problem]) -> tuple[int, str]:
    return problem.status, problem.slug
