"""Views: the bytes and the ETag of exactly what this actor may see."""

import hashlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

OPTIONS: Final = orjson.OPT_UTC_Z


@dataclass(slots=True)
class Shown:
    """One record as this actor may see it; `extra` members do not count for the ETag."""

    values: dict[str, Any]
    extra: dict[str, Any] = field(default_factory=dict)
    tagged: bool = True
    location: str | None = None


@dataclass(slots=True)
class Listed:
    """One page of a list; `count` only where it was asked for."""

    items: list[dict[str, Any]]
    next_cursor: str | None = None
    count: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Nothing:
    """An answer without a body."""


@dataclass(frozen=True, slots=True)
class Plain:
    """An answer that is no JSON."""

    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What there is to tell at a moment; `id` is what a reader names to go on after it."""

    id: str
    name: str
    values: dict[str, Any]
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer that goes on: asked again and again, it gives an event or None for nothing new."""

    events: AsyncGenerator[Event | None, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file, sent piece by piece; its length is known, so that one that breaks off shows."""

    pieces: AsyncGenerator[bytes, None]
    size: int
    media_type: str
    name: str


Answer = Shown | Listed | Nothing | Plain | Streamed | Sent


@dataclass(frozen=True, slots=True)
class Rendered:
    """What leaves: the body and the headers that depend on it.

    It is not whole when it shows more than its ETag speaks for.
    """

    body: bytes
    etag: str | None = None
    location: str | None = None
    media_type: str = "application/json"
    is_whole: bool = True
    stream: Streamed | None = None
    file: Sent | None = None


def dump(value: Any, default: Callable[[Any], Any] = str) -> bytes:
    """Write JSON: UTC times with Z, driver ids as text."""
    return orjson.dumps(value, default=default, option=OPTIONS)


def etag_of(values: dict[str, Any]) -> str:
    """Return the strong ETag of a record as this actor sees it."""
    return _tag(dump(values))


def render(answer: Answer, default: Callable[[Any], Any] = str) -> Rendered:
    """Turn an answer into bytes; `default` writes what is no JSON, such as a problem in a list."""
    if isinstance(answer, Shown):
        return _render_one(answer)
    if isinstance(answer, Listed):
        return Rendered(dump(_page(answer), default))
    if isinstance(answer, Plain):
        return Rendered(answer.body, media_type=answer.media_type)
    if isinstance(answer, Streamed):
        return Rendered(b"", stream=answer)
    if isinstance(answer, Sent):
        return Rendered(b"", file=answer)
    return Rendered(b"")


def _render_one(shown: Shown) -> Rendered:
    body = dump(shown.values)
    etag = _tag(body) if shown.tagged else None
    if shown.extra:
        body = dump({**shown.values, **shown.extra})
    return Rendered(body, etag, shown.location, is_whole=not shown.extra)


def _page(listed: Listed) -> dict[str, Any]:
    page: dict[str, Any] = {
        "items": listed.items,
        "next_cursor": listed.next_cursor,
        "has_more": listed.next_cursor is not None,
        **listed.extra,
    }
    if listed.count is not None:
        page["count"] = listed.count
    return page


def _tag(body: bytes) -> str:
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
