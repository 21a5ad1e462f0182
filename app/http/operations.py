"""Operations: what the document says of one route, completed from its promise."""

import inspect
from typing import Any, Final, get_type_hints

from app.core.freshness import StepUp
from app.core.schemas import Tagged
from app.core.views import Plain, Sent, Streamed
from app.http.bodies import FILES
from app.http.events import MEDIA_TYPE
from app.http.examples import REFERENCE, Examples
from app.http.files import MEDIA_TYPE as FILE_TYPE
from app.http.headers import RATE, answer_headers, request_headers
from app.http.refusals import refusals_of, refusing_answers
from app.http.routes import LeanRoute

SCHEME: Final = "SignIn"
BEARER: Final = "Bearer"
JSON: Final = "application/json"
MERGE_PATCH: Final = "application/merge-patch+json"
CREATED: Final = 201
TEXT: Final = {"type": "string"}
STEP_UP: Final = {
    StepUp.ALWAYS: "Whoever has a second factor must have shown it in the last five minutes.",
    StepUp.AT_TIMES: "At times whoever has a second factor must show it anew.",
}
UNCHANGED: Final = {
    "304": {
        "description": "You would see what you hold: `If-None-Match` names its ETag.",
        "headers": answer_headers("ETag"),
    }
}


def complete(operation: dict[str, Any], route: LeanRoute, examples: Examples) -> None:
    """Give an operation its words, its rights, its headers, its examples and its refusals."""
    words = inspect.cleandoc(route.endpoint.__doc__ or "").split("\n\n")
    operation["summary"] = " ".join(words[0].split()).removesuffix(".")
    told = [*words[1:], _rights(route), *_costs(route), _rules(route)]
    operation["description"] = "\n\n".join(told)
    operation["security"] = _security(route)
    operation["x-cost"] = route.promise.cost
    if route.promise.permission:
        operation["x-permission"] = route.promise.permission.value
    if route.promise.step_up:
        operation["x-step-up"] = route.promise.step_up.value
    operation["parameters"] = [*operation.get("parameters", ()), *request_headers(route)]
    _ask(operation, route, examples)
    operation["responses"] = {
        **_success(operation, route, examples),
        **refusing_answers(refusals_of(route)),
    }


def revealed_name(view: str) -> str:
    """Name the schema of what the act of revealing shows of a view."""
    return f"Revealed{view.removesuffix('View')}"


def reveals(route: LeanRoute) -> bool:
    """Whether the route is the act of revealing, whose answer holds only what was asked for."""
    permission = route.promise.permission
    return permission is not None and permission.value.endswith(":reveal")


def _rights(route: LeanRoute) -> str:
    permission = route.promise.permission
    needed = f"Needs the scope `{permission.value}`." if permission else "Needs no token."
    return f"{needed} {STEP_UP[route.promise.step_up]}" if route.promise.step_up else needed


def _costs(route: LeanRoute) -> list[str]:
    cost = route.promise.cost
    return [f"Counts as {cost} requests (`RateLimit-Remaining`)."] if cost > 1 else []


def _rules(route: LeanRoute) -> str:
    """Name the problems that are this route's own."""
    own = [f"[{p.slug}](/problems/{p.slug})" for p in route.promise.problems]
    return f"May refuse with {', '.join(own)}." if own else "Refuses for no reason of its own."


def _security(route: LeanRoute) -> list[dict[str, list[str]]]:
    permission = route.promise.permission
    return [{SCHEME: [permission.value]}, {BEARER: []}] if permission else []


def _ask(operation: dict[str, Any], route: LeanRoute, examples: Examples) -> None:
    """Complete the body of the request, if the route takes one."""
    if route.file:
        binary = {"type": "string", "format": "binary"}
        content = {name: {"schema": binary, "example": "A file."} for name in FILES}
        operation["requestBody"] = {"required": True, "content": content}
    if route.body is None:
        return
    patch = route.method == "PATCH"
    content = operation["requestBody"]["content"]
    media = content[JSON]
    media["example"] = examples.request(media["schema"], patch=patch)
    if reveals(route):
        media["example"]["fields"] = [examples.masked_member(route.response_model.__name__)]
    if patch:
        operation["requestBody"]["content"] = {MERGE_PATCH: media, JSON: media}


def _success(operation: dict[str, Any], route: LeanRoute, examples: Examples) -> dict[str, Any]:
    """Describe the answer that does not refuse, and 304 where the caller may hold it already."""
    answer: dict[str, Any] = {
        "description": "Done; there is nothing to show.",
        "headers": answer_headers(*_headers(route), *RATE),
    }
    returned = get_type_hints(route.endpoint).get("return")
    if returned is Plain:
        answer |= {"description": "Text.", "content": {"text/plain": {"schema": TEXT}}}
    elif returned is Streamed:
        answer |= {"description": "Events.", "content": {MEDIA_TYPE: {"schema": TEXT}}}
    elif returned is Sent:
        answer |= {"description": "A file.", "content": {FILE_TYPE: {"schema": TEXT}}}
    elif content := operation["responses"][str(route.success)].get("content"):
        shown = _revealed(route, examples) or _shown(content[JSON]["schema"], examples)
        answer |= {"description": examples.words(shown["schema"]), "content": {JSON: shown}}
    may_hold = any(one.get("name") == "If-None-Match" for one in operation["parameters"])
    return {str(route.success): answer, **(UNCHANGED if may_hold else {})}


def _headers(route: LeanRoute) -> list[str]:
    model = route.response_model
    is_view = isinstance(model, type) and issubclass(model, Tagged) and not reveals(route)
    return (["ETag"] if is_view else []) + (["Location"] if route.success == CREATED else [])


def _shown(schema: dict[str, Any], examples: Examples) -> dict[str, Any]:
    return {"schema": schema, "example": examples.answer(schema)}


def _revealed(route: LeanRoute, examples: Examples) -> dict[str, Any] | None:
    if not reveals(route):
        return None
    view = route.response_model.__name__
    return {
        "schema": {"$ref": f"{REFERENCE}{revealed_name(view)}"},
        "example": examples.revealed(view),
    }
