"""Tests of bodies: the limits, and what parsers disagree about: refused, and never a 5xx."""

from collections.abc import AsyncIterator
from itertools import repeat

import httpx
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.problems import NotForm, Problem, TooLarge, Unreadable
from app.http.asgi import Message
from app.http.bodies import DEEPEST, LARGEST, MOST_MEMBERS, parse, read_body, read_form, read_json
from tests.service import Service

JSON = {"Content-Type": "application/json"}
SEARCH = "/v1/customers/search"
PLAIN = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=5)


async def _never() -> Message:
    """Stand for a body that nobody should ask for."""
    raise AssertionError("the body was read")


def _nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


async def _post(service: Service, raw: bytes, **headers: str) -> httpx.Response:
    client = await service.as_("sales")
    return await client.post(SEARCH, content=raw, headers={**JSON, **headers})


UNREADABLE = [
    pytest.param(b"", id="empty"),
    pytest.param(b"{", id="cut off"),
    pytest.param(b'{"q": "a"} x', id="something after it"),
    pytest.param(b'{"q": "a", "q": "b"}', id="a member twice"),
    pytest.param(b'{"filter": {"any": [], "any": []}}', id="a member twice, deep"),
    pytest.param(b'{"q": "a", "\\u0071": "b"}', id="a member twice, escaped"),
    pytest.param(b'{"limit": NaN}', id="not a number"),
    pytest.param(b'{"limit": Infinity}', id="infinity"),
    pytest.param(b'{"limit": -Infinity}', id="minus infinity"),
    pytest.param(b'{"limit": 1e999}', id="a float beyond all"),
    pytest.param(b'{"limit": -1e400}', id="a float beyond all, the other way"),
    pytest.param(b'{"limit": ' + b"9" * 5000 + b"}", id="an integer beyond all"),
    pytest.param(b'{"limit": ' + b"9" * 41 + b"}", id="an integer nobody means"),
    pytest.param(b'{"q": "a\\u0000b"}', id="NUL"),
    pytest.param(b'{"q": {"a\\u0000b": 1}}', id="NUL in a name"),
    pytest.param(b'{"q": "\\ud800"}', id="a lone surrogate"),
    pytest.param(b'{"q": "\\udc00\\ud800"}', id="surrogates the wrong way round"),
    pytest.param(b'{"q": "\xff"}', id="no UTF-8"),
    pytest.param(b'{"q": "\xed\xa0\x80"}', id="a surrogate in UTF-8"),
    pytest.param(b'{"q": "\xc0\x80"}', id="an overlong NUL"),
    pytest.param(b'{"q": "a\tb"}', id="a bare control"),
    pytest.param(b'\xef\xbb\xbf{"q": "a"}', id="a byte order mark"),
    pytest.param('{"q": "a"}'.encode("utf-16"), id="UTF-16 with a mark"),
    pytest.param('{"q": "a"}'.encode("utf-16-le"), id="UTF-16"),
    pytest.param('{"q": "a"}'.encode("utf-32"), id="UTF-32"),
    pytest.param(b"{'q': 'a'}", id="single quotes"),
    pytest.param(b'{"q": "a",}', id="a comma too many"),
    pytest.param(b'{"limit": 01}', id="a leading zero"),
    pytest.param(b"[" * 100_000, id="depth without an end"),
]


@pytest.mark.parametrize("raw", UNREADABLE)
async def test_what_parsers_disagree_about_is_unreadable(service: Service, raw: bytes) -> None:
    """The answer is one 400, whatever is wrong, and repeats nothing of it."""
    answer = await _post(service, raw)

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/unreadable")
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) < 500


@pytest.mark.parametrize("depth", [DEEPEST, DEEPEST + 1, 900])
def test_depth_has_a_limit(depth: int) -> None:
    """The deepest body allowed is read, one level more is too large."""
    if depth <= DEEPEST:
        assert parse(_nested(depth)) is not None
        return
    with pytest.raises(TooLarge):
        parse(_nested(depth))


@pytest.mark.parametrize(
    "raw",
    [
        b"[" + b",".join(repeat(b"1", MOST_MEMBERS + 1)) + b"]",
        b"{" + b",".join(b'"%d":1' % place for place in range(MOST_MEMBERS + 1)) + b"}",
        b'{"a":[[' + b",".join(repeat(b"1", MOST_MEMBERS + 1)) + b"]]}",
    ],
    ids=["items", "members", "items deep inside"],
)
def test_members_and_items_have_a_limit(raw: bytes) -> None:
    """One item or member more than a thousand is too large."""
    with pytest.raises(TooLarge):
        parse(raw)


def test_a_thousand_items_are_read() -> None:
    """The limit itself is allowed."""
    assert len(parse(b"[" + b",".join(repeat(b"1", MOST_MEMBERS)) + b"]")) == MOST_MEMBERS


async def test_a_declared_size_is_refused_before_the_body_comes() -> None:
    """A body that says it is too large is not waited for."""
    scope = {"headers": [(b"content-length", b"%d" % (LARGEST + 1))]}

    with pytest.raises(TooLarge):
        await read_body(scope, _never)


@pytest.mark.parametrize("size", [LARGEST, LARGEST + 1])
async def test_a_chunked_body_has_the_same_limit(service: Service, size: int) -> None:
    """Without a declared length the limit holds as the parts come in."""

    async def parts() -> AsyncIterator[bytes]:
        for start in range(0, size, 65_536):
            yield b" " * min(65_536, size - start)

    client = await service.as_("sales")
    answer = await client.post(SEARCH, content=parts(), headers=JSON)

    expected = "unreadable" if size <= LARGEST else "too-large"
    assert answer.json()["type"] == f"/problems/{expected}"


async def test_a_client_that_leaves_is_no_crash() -> None:
    """A body that breaks off is unreadable."""

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    with pytest.raises(Unreadable):
        await read_body({"headers": []}, gone)


@pytest.mark.parametrize(
    "kind",
    [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json", ""],
)
async def test_only_json_is_taken(service: Service, kind: str | None) -> None:
    """A missing or other content type is 415, before the body is looked at."""
    client = await service.as_("sales")
    headers = {} if kind is None else {"Content-Type": kind}

    answer = await client.post(SEARCH, content=b"{", headers=headers)

    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/not-json")


@pytest.mark.parametrize(
    "kind", ["Application/JSON", "application/json; charset=utf-8", "application/merge-patch+json"]
)
async def test_json_is_taken_however_it_is_written(service: Service, kind: str) -> None:
    """Case and parameters of the content type do not matter."""
    client = await service.as_("sales")

    answer = await client.post(SEARCH, content=b"{}", headers={"Content-Type": kind})

    assert answer.status_code == 200


@pytest.mark.parametrize("raw", [b"[]", b'"text"', b"1", b"null", b"true", b"1.5", b"[[]]"])
async def test_a_body_that_is_no_object_is_malformed(service: Service, raw: bytes) -> None:
    """Any other JSON value is well-formed, but not acceptable."""
    answer = await _post(service, raw)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "type-object")


async def _form(raw: bytes, kind: bytes = b"application/x-www-form-urlencoded") -> dict[str, str]:
    async def receive() -> Message:
        return {"type": "http.request", "body": raw, "more_body": False}

    return await read_form({"headers": [(b"content-type", kind)]}, receive)


async def test_a_form_is_read() -> None:
    """Pairs of a form become members, blank ones too."""
    assert await _form(b"a=1&b=&c=%E5%BC%A0+x") == {"a": "1", "b": "", "c": "张 x"}


@pytest.mark.parametrize(
    "raw",
    [b"a=%00", b"a%00=1", b"a=\0", b"a=1&a=2", b"a=%ff", b"\xff=1", b"a=%ED%A0%80", b"&a=1" * 30],
)
async def test_a_form_that_parsers_disagree_about_is_unreadable(raw: bytes) -> None:
    """NUL, broken UTF-8, repeated and too many members are refused."""
    with pytest.raises(Unreadable):
        await _form(raw)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_parser(raw: bytes) -> None:
    """Whatever comes in is a value or a refusal."""
    try:
        parse(raw)
    except Problem as refused:
        assert refused.status in {400, 413}  # noqa: PT017 - either outcome is right


@given(st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4), max_leaves=20))
def test_what_is_parsed_is_what_was_written(value: object) -> None:
    """A value that needs no refusal comes back as it was."""
    raw = orjson.dumps(value)
    if b"\\u0000" in raw:
        return

    assert parse(raw) == value


async def test_a_form_needs_its_content_type() -> None:
    """JSON is no form."""
    with pytest.raises(NotForm):
        await _form(b"a=1", b"application/json")


async def test_json_needs_its_content_type_before_it_is_read() -> None:
    """The reader of JSON does not touch a body of another type."""
    with pytest.raises(Problem):
        await read_json({"headers": []}, _never)
