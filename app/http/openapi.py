"""The OpenAPI document: FastAPI reads the routes, their promises complete it."""

from typing import Any, Final

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.core.permissions import Permission
from app.core.problems import MethodNotAllowed
from app.http.documents import ListOf
from app.http.examples import REFERENCE, Examples
from app.http.headers import ANSWER, REQUEST
from app.http.introduction import INTRODUCTION, tags_of
from app.http.operations import BEARER, SCHEME, complete, revealed_name, reveals
from app.http.refusals import SCHEMA, refusal_examples, refusals_of
from app.http.routes import LeanRoute

TITLE: Final = "CIMS"
VERSION: Final = "0.1.0"
# For who signs in with a second factor: the form of an Authorize button has no place for a code.
PASTED: Final = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "An `access_token`; `create_token` takes a password together with an `otp`.",
}
GENERIC: Final = f"{ListOf.__name__}_"
FASTAPI_OWN: Final = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the application's routes."""
    routes = [route for route in app.router.routes if isinstance(route, LeanRoute)]
    document = _with_named_lists(_drafted(routes))
    schemas = document["components"]["schemas"]
    _add_schemas(schemas, routes)
    examples = Examples(schemas)
    for route in routes:
        complete(document["paths"][route.path_format][route.method.lower()], route, examples)
    _fit_schemas(document)
    document["components"] = {
        "securitySchemes": {SCHEME: _scheme(), BEARER: PASTED},
        "parameters": REQUEST,
        "headers": ANSWER,
        "examples": refusal_examples(
            [MethodNotAllowed, *(problem for route in routes for problem in refusals_of(route))]
        ),
        "schemas": dict(sorted(schemas.items())),
    }
    return document


def _drafted(routes: list[LeanRoute]) -> dict[str, Any]:
    """Let FastAPI write what it reads from signatures and models."""
    return get_openapi(
        title=TITLE,
        version=VERSION,
        description=INTRODUCTION,
        routes=routes,
        tags=tags_of(list(dict.fromkeys(str(route.tags[0]) for route in routes))),
        servers=[{"url": "/", "description": "This service."}],
    )


def _with_named_lists(draft: dict[str, Any]) -> dict[str, Any]:
    """Name the lists by their titles, which a client may speak: `CustomerList`."""
    schemas = draft["components"]["schemas"]
    lists = {name: schema["title"] for name, schema in schemas.items() if name.startswith(GENERIC)}
    for name, title in lists.items():
        schemas[title] = {"description": ListOf.__doc__, **schemas.pop(name)}
    text = orjson.dumps(draft).decode()
    for name, title in lists.items():
        text = text.replace(f'"{REFERENCE}{name}"', f'"{REFERENCE}{title}"')
    named: dict[str, Any] = orjson.loads(text)
    return named


def _add_schemas(schemas: dict[str, Any], routes: list[LeanRoute]) -> None:
    """Add problems and what is revealed of views; take away what FastAPI would answer itself."""
    for name in FASTAPI_OWN:
        schemas.pop(name, None)
    schemas["Problem"] = SCHEMA
    for route in filter(reveals, routes):
        view = route.response_model.__name__
        name = revealed_name(view)
        schemas[name] = {
            **schemas[view],
            "title": name,
            "description": "The members that were asked for, in clear, and the record's id.",
            "required": ["withheld"],
        }


def _fit_schemas(document: dict[str, Any]) -> None:
    """Let answers gain members in later versions, and close only what comes in."""
    schemas = document["components"]["schemas"]
    taken: set[str] = set()
    for path in document["paths"].values():
        for operation in path.values():
            _collect(operation.get("requestBody"), schemas, taken)
    for name in schemas.keys() - taken:
        schemas[name].pop("additionalProperties", None)
    for name in taken:
        _tell_defaults(schemas[name])


def _tell_defaults(schema: dict[str, Any]) -> None:
    """Say a default in words: generators take a member with a default for one that must be sent."""
    for member in schema.get("properties", {}).values():
        if "default" in member:
            default = orjson.dumps(member.pop("default")).decode()
            member["description"] = f"{member.get('description', '')} Else `{default}`.".strip()


def _collect(part: Any, schemas: dict[str, Any], found: set[str]) -> None:
    """Collect the names of all schemas that a part of the document refers to."""
    if isinstance(part, list):
        for item in part:
            _collect(item, schemas, found)
    if not isinstance(part, dict):
        return
    reference = part.get("$ref", "")
    name = reference.removeprefix(REFERENCE)
    if reference != name and name not in found:
        found.add(name)
        _collect(schemas[name], schemas, found)
    for value in part.values():
        _collect(value, schemas, found)


def _scheme() -> dict[str, Any]:
    """Describe signing in, so that the Authorize button works: for persons and other systems."""
    scopes = {permission.value: _words(permission) for permission in Permission}
    flow = {"tokenUrl": "/v1/auth/token", "scopes": scopes}
    return {
        "type": "oauth2",
        "description": "A token bears all scopes of its user's roles: tick none.",
        "flows": {"password": flow, "clientCredentials": flow},
    }


def _words(permission: Permission) -> str:
    noun, _, action = permission.value.partition(":")
    return f"{action.capitalize()} {noun.replace('-', ' ')}."
