"""The document as the service serves it, and its operations, for tests that read it."""

from collections.abc import Iterator
from typing import Any

from app.http.routes import LeanRoute
from app.routes import all_routes, the_document

Node = dict[str, Any]


def operations() -> Iterator[tuple[LeanRoute, Node]]:
    """Give every route with what the document says of it."""
    for route in all_routes():
        yield route, the_document()["paths"][route.path][route.method.lower()]


def one(operation_id: str) -> Node:
    """Return one operation."""
    return next(node for _, node in operations() if node["operationId"] == operation_id)


def media(operation: Node) -> Iterator[Node]:
    """Give what an operation takes and answers as JSON, refusals left out."""
    answers = [answer for status, answer in operation["responses"].items() if int(status) < 400]
    for part in (operation.get("requestBody", {}), *answers):
        for media_type, content in part.get("content", {}).items():
            if media_type.endswith("json"):
                yield content
