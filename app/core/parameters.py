"""Parameters of rules as data: checked against the schema of their kind."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from app.core.problems import Fault, Malformed
from app.core.schemas import CODES

Kind = TypeVar("Kind")
Model = TypeVar("Model", bound=BaseModel)
UNKNOWN: Final = "extra_forbidden"


def read_parameters(
    schemas: Mapping[Kind, type[Model]], kind: Kind, sent: Mapping[str, Any]
) -> Model:
    """Check parameters against the schema of their kind; raises Malformed with pointers."""
    try:
        return schemas[kind].model_validate(dict(sent))
    except ValidationError as error:
        found = [(fault["loc"], fault["type"]) for fault in error.errors(include_url=False)]
        faults = [Fault(_pointer(schemas.values(), place), _code(kind)) for place, kind in found]
        raise Malformed(faults=faults) from None


def _code(kind: str) -> str:
    return "parameter-unknown" if kind == UNKNOWN else CODES.get(kind, "unacceptable")


def _pointer(schemas: Iterable[type[BaseModel]], place: tuple[int | str, ...]) -> str:
    """Point at a parameter; a name that no kind knows, which the sender chose, is not said back."""
    fields = [one for schema in schemas for one in schema.model_fields.items()]
    known = {field.alias or name for name, field in fields}
    parts = [part for part in place if isinstance(part, int) or part in known]
    return "/parameters" + "".join(f"/{part}" for part in parts)
