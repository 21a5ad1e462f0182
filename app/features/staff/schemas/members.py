"""Members that inputs about the staff share: names, codes, mail addresses and ids."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, Strict, WithJsonSchema

from app.core import kinds
from app.core.kinds import text

_NAME = text(max_length=100)
_CODE = text(max_length=50)

Id = Annotated[UUID, Strict(strict=False)]
Name = Annotated[str, _NAME.validator, WithJsonSchema(dict(_NAME.schema))]
Code = Annotated[str, _CODE.validator, WithJsonSchema(dict(_CODE.schema))]
Email = Annotated[str, kinds.EMAIL.validator, WithJsonSchema(dict(kinds.EMAIL.schema))]
Username = Annotated[str, Field(min_length=1, max_length=100)]
Roles = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=20)]
Further = Annotated[list[Id], Field(max_length=20)]
