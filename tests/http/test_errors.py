"""Tests of refusals: one form, both languages, at most 4 KiB, and nothing of what was sent."""

import ast
from pathlib import Path
from typing import Any

import orjson
import pytest

import app
from app.core.kinds import MESSAGES
from app.core.problems import REGISTRY, Fault, FieldNotAvailable, Malformed, NotFound, Problem
from app.core.schemas import CODES
from app.http.asgi import Message
from app.http.errors import LARGEST, OWN_MESSAGES, describe, message, send_problem
from tests.features.customers.builders import a_customer
from tests.service import Service

CODE = Path(app.__file__).parent
NAMES = ["\x01" * 100] * 30
FAULTS = [Fault(f"/contact_points/{place}/value", "money-invalid") for place in range(30)]


async def _sent(problem: Problem, path: str = "/v1/customers") -> dict[str, Any]:
    messages: list[Message] = []

    async def send(sent: Message) -> None:
        messages.append(sent)

    await send_problem(problem, {"path": path, "headers": []}, send, "a-request")
    start, body = messages
    assert len(body["body"]) <= LARGEST
    assert dict(start["headers"])[b"content-type"] == b"application/problem+json"
    document: dict[str, Any] = orjson.loads(body["body"])
    return document


async def test_a_refusal_has_the_members_of_rfc_9457(service: Service) -> None:
    """Type, title, status, instance and request id are always there."""
    client = await service.as_("sales")

    answer = await client.get("/v1/customers?nickname=x")

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/field-not-available",
        "title": "A named field is not available to you.",
        "status": 422,
        "instance": "/v1/customers",
        "request_id": answer.headers["x-request-id"],
        "names": ["nickname"],
    }


@pytest.mark.parametrize(
    ("languages", "title"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "部分内容不符合要求。"),
        ("ZH", "部分内容不符合要求。"),
        ("en-GB,en;q=0.9,zh;q=0.8", "Some values are not acceptable."),
        ("de", "Some values are not acceptable."),
        ("\xff", "Some values are not acceptable."),
        ("", "Some values are not acceptable."),
    ],
)
async def test_the_caller_chooses_the_language(
    service: Service, languages: str, title: str
) -> None:
    """Titles and messages come in Chinese when that is the first choice, else in English."""
    client = await service.as_("sales")
    headers = {"Accept-Language": languages.encode("latin-1")}

    answer = await client.get("/v1/customers?limit=0", headers=headers)  # type: ignore[arg-type]  # bytes go as they are

    (error,) = answer.json()["errors"]
    assert answer.json()["title"] == title
    assert error["message"] == message("limit-range", title.isascii() is False)


async def test_what_was_sent_is_not_repeated(service: Service) -> None:
    """A phone number that will not do stands neither in the answer nor in the line."""
    client = await service.as_("sales")
    sent = {"kind": "person", "name": "王小明", "phone": "13800138000138", "tier": "secret-tier"}

    answer = await client.post("/v1/customers", json=sent)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/tier", "/phone"]
    assert not any(value in answer.text for value in ("13800138000138", "secret-tier", "王小明"))
    (line,) = await service.lines_of(answer)
    assert "13800138000138" not in str(line)


async def test_long_names_are_cut() -> None:
    """At most ten names of 64 characters come back."""
    document = await _sent(FieldNotAvailable(names=["x" * 1000] * 30))

    assert document["names"] == ["x" * 64] * 10


@pytest.mark.parametrize("path", ["/v1/customers", "/" + "张" * 1000, "/" + "\x00" * 5000])
@pytest.mark.parametrize(
    "problem",
    [
        NotFound(),
        FieldNotAvailable(names=NAMES),
        Malformed(faults=FAULTS),
        Malformed(faults=[Fault("/" + "张" * 300, "money-invalid")] * 30),
    ],
    ids=["plain", "names", "faults", "long faults"],
)
async def test_no_refusal_is_larger_than_4_kib(problem: Problem, path: str) -> None:
    """Whatever was sent, the document fits, and keeps as many reasons as fit."""
    document = await _sent(problem, path)

    assert document["type"] == f"/problems/{problem.slug}"
    assert bool(document.get("errors")) == bool(problem.faults)


def test_at_most_twenty_faults_are_listed() -> None:
    """A thousand faults are no reason for a long answer."""
    scope = {"path": "/", "headers": []}

    document = describe(Malformed(faults=FAULTS), scope, "a-request")

    assert len(document["errors"]) == 20


def test_a_detail_is_shown() -> None:
    """What a problem adds in words stands in `detail`."""
    document = describe(Malformed("Two of them."), {"path": "/", "headers": []}, "a-request")

    assert document["detail"] == "Two of them."


def _codes() -> set[str]:
    """Find every code that a fault of our own code is made with."""
    found = set(CODES.values())
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Fault":
                found |= {str(a.value) for a in node.args[1:] if isinstance(a, ast.Constant)}
    return found


def test_every_code_has_its_words() -> None:
    """No fault falls back to words that say nothing."""
    unworded = {code for code in _codes() if code not in OWN_MESSAGES and code not in MESSAGES}

    assert not unworded
    assert not OWN_MESSAGES.keys() & MESSAGES.keys()


def test_a_problem_inside_another_speaks_by_its_title() -> None:
    """The reason of a part of a batch is the title of its problem."""
    assert message("not-found", chinese=True) == NotFound.title_zh
    assert message("never-heard-of", chinese=False) == OWN_MESSAGES["unacceptable"][0]


@pytest.mark.parametrize("problem", REGISTRY.values(), ids=REGISTRY)
def test_every_problem_has_both_titles(problem: type[Problem]) -> None:
    """Titles are sentences, in English and in Chinese."""
    assert problem.title.isascii()
    assert problem.title.endswith((".", "?"))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in problem.title_zh)
    assert 400 <= problem.status < 600


async def test_the_request_id_leads_to_the_line(service: Service) -> None:
    """A refusal carries the id under which its line stands."""
    made = await a_customer(service)
    client = await service.as_("marketing")

    answer = await client.delete(f"/v1/customers/{made['customer_id']}")

    (line,) = await service.lines_of(answer)
    assert (line["request_id"], line["status"]) == (answer.json()["request_id"], 405)
