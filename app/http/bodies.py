"""Bodies: read within limits, parsed without surprises."""

import csv
import io
import json
from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson

from app.core.problems import NotAFile, NotForm, NotJson, TooLarge, Unreadable
from app.http.asgi import Receive, Scope, header

LARGEST: Final = 1024 * 1024
DEEPEST: Final = 32
MOST_MEMBERS: Final = 1000
LONGEST_NUMBER: Final = 40
ACCEPTED: Final = {b"application/json", b"application/merge-patch+json"}
FORM: Final = b"application/x-www-form-urlencoded"
TABLE: Final = b"text/csv"
FILES: Final = (
    "application/octet-stream",
    "text/csv",
    "text/plain",
    "text/tab-separated-values",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """Read the whole body; raises TooLarge as soon as it passes the limit."""
    declared = header(scope, b"content-length")
    if declared and declared.isdigit() and int(declared) > LARGEST:
        raise TooLarge
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Unreadable
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST:
            raise TooLarge
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


async def read_json(scope: Scope, receive: Receive) -> Any:
    """Read a JSON body; raises NotJson, TooLarge or Unreadable."""
    if _kind(scope) not in ACCEPTED:
        raise NotJson
    return parse(await read_body(scope, receive))


async def read_form(scope: Scope, receive: Receive) -> dict[str, str]:
    """Read a form-encoded body; raises NotForm, TooLarge or Unreadable."""
    if _kind(scope) != FORM:
        raise NotForm
    raw = await read_body(scope, receive)
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        raise Unreadable from None
    form = dict(pairs)
    if len(form) != len(pairs) or any("\0" in part for pair in pairs for part in pair):
        raise Unreadable
    return form


def read_file(scope: Scope, receive: Receive) -> AsyncIterator[bytes]:
    """Return what hands a file out as it comes, never the whole; raises NotAFile."""
    if _kind(scope).decode("latin-1") not in FILES:
        raise NotAFile
    return _pieces(receive)


async def _pieces(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Unreadable
        more = message.get("more_body", False)
        yield message.get("body", b"")


def is_table(scope: Scope) -> bool:
    """Whether the body is declared as a table."""
    return _kind(scope) == TABLE


async def read_table(scope: Scope, receive: Receive) -> dict[str, Any]:
    """Read CSV (RFC 4180) in UTF-8 as items named by its first row; empty cells are left out."""
    raw = await read_body(scope, receive)
    try:
        reader = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        names, *rows = [row for row in reader if any(row)]
        items = [
            {name: cell for name, cell in zip(names, row, strict=True) if cell.strip()}
            for row in rows
        ]
    except (ValueError, csv.Error):
        raise Unreadable from None
    if len({*names}) < len(names):
        raise Unreadable
    _inspect(items, 1)
    return {"items": items}


def _kind(scope: Scope) -> bytes:
    return (header(scope, b"content-type") or b"").split(b";")[0].strip().lower()


def parse(raw: bytes) -> Any:
    """Parse JSON, refusing what parsers disagree about: see the rows of J2 in the tests."""
    try:
        orjson.loads(raw)  # refuses NaN, infinities, broken UTF-8 and lone surrogates
        value = json.loads(raw.decode(), object_pairs_hook=_unique, parse_int=_short)
    except (ValueError, RecursionError):
        raise Unreadable from None
    _inspect(value, 1)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _short(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError
    return int(text)


def _inspect(value: Any, depth: int) -> None:
    """Refuse NUL in any text, and what is nested too deep or too wide."""
    if isinstance(value, str):
        if "\0" in value:
            raise Unreadable
        return
    if not isinstance(value, dict | list):
        return
    if depth > DEEPEST or len(value) > MOST_MEMBERS:
        raise TooLarge
    if isinstance(value, dict):
        for name, part in value.items():
            _inspect(name, depth)
            _inspect(part, depth + 1)
        return
    for part in value:
        _inspect(part, depth + 1)
