"""Refusals in the document: every problem of a route, each with an example."""

import pytest

from app.core.problems import REGISTRY
from app.http.refusals import MEDIA_TYPE
from app.routes import the_document
from tests.http.documented import Node, one, operations


def _slugs(operation: Node) -> dict[str, str]:
    return {
        slug: status
        for status, answer in operation["responses"].items()
        for slug in answer.get("content", {}).get(MEDIA_TYPE, {}).get("examples", ())
    }


def test_an_operation_names_every_problem_it_promises() -> None:
    """Each stands under its status."""
    for route, operation in operations():
        slugs = _slugs(operation)
        for problem in route.promise.problems:
            assert slugs[problem.slug] == str(problem.status)


@pytest.mark.parametrize(
    ("operation", "implied"),
    [
        ("get_liveness", "unreadable too-large malformed too-many not-now broken"),
        ("get_me", "not-signed-in not-permitted"),
        ("get_customer", "not-found"),
        ("create_token", "not-form"),
        ("search_customers", "not-json field-not-available"),
        ("create_customer", "not-json key-in-use key-reused"),
        ("change_customer", "if-match-missing stale key-in-use key-reused"),
        ("remove_note", "if-match-missing stale"),
    ],
)
def test_what_a_route_asks_for_may_be_refused(operation: str, implied: str) -> None:
    """Rights, bodies, keys and If-Match bring their problems along."""
    assert set(implied.split()) <= _slugs(one(operation)).keys()


def test_nothing_is_refused_for_what_is_not_asked() -> None:
    """A public operation without body or key names none of their problems."""
    foreign = {"not-signed-in", "not-permitted", "not-json", "key-in-use", "if-match-missing"}

    assert not foreign & _slugs(one("get_liveness")).keys()


def test_every_problem_named_has_an_example_of_its_own() -> None:
    """The example is what the service writes: right type, status and title."""
    examples = the_document()["components"]["examples"]
    named = {slug for _, operation in operations() for slug in _slugs(operation)}

    assert named <= examples.keys()
    for slug, example in examples.items():
        problem, value = REGISTRY[slug], example["value"]
        assert value["type"] == f"/problems/{slug}"
        assert (value["status"], value["title"]) == (problem.status, problem.title)
        assert problem.title_zh in example["description"]


def test_refusing_answers_name_their_headers() -> None:
    """How to sign in, when to come back, and the state that is true now."""
    answers = one("change_customer")["responses"]

    assert "WWW-Authenticate" in answers["401"]["headers"]
    assert "ETag" in answers["412"]["headers"]
    assert "Retry-After" in answers["429"]["headers"]
    assert "Retry-After" in answers["503"]["headers"]
