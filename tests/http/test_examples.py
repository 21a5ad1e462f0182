"""Examples: made from schemas, one way for what is sent and another for what is shown."""

from typing import Any

import pytest

from app.core.schemas import Input
from app.http.examples import Examples
from app.routes import the_document
from tests.http.documented import one, operations


def _example(operation: str) -> Any:
    return one(operation)["requestBody"]["content"]["application/json"]["example"]


def _shown(operation: str, status: str = "200") -> Any:
    return one(operation)["responses"][status]["content"]["application/json"]["example"]


def test_what_is_sent_is_accepted() -> None:
    """Every example of a request passes the checks of its input."""
    for route, operation in operations():
        if isinstance(route.body, type) and issubclass(route.body, Input):
            route.body.model_validate(_example(operation["operationId"]))


def test_a_view_shows_what_is_withheld() -> None:
    """What can be looked up is masked, who changed the record is hidden, the rest is clear."""
    shown = _shown("get_customer")

    assert shown["phone"] == "138****0000"
    assert shown["updated_at"] is None
    assert shown["withheld"]["phone"] == "masked"
    assert shown["withheld"]["updated_at"] == "hidden"
    assert shown["kind"] == "person"


def test_a_list_shows_one_item() -> None:
    """The one page is the last."""
    shown = _shown("list_customers")

    assert [item["phone"] for item in shown["items"]] == ["138****0000"]
    assert (shown["next_cursor"], shown["has_more"]) == (None, False)


def test_a_patch_has_few_members() -> None:
    """A change names what it changes."""
    assert 1 <= len(_example("change_customer")) <= 3


def test_a_request_names_no_record_that_does_not_exist() -> None:
    """Optional ids stay out, and so do the profiles, of which a customer has only one."""
    sent = _example("create_customer")

    assert sent["kind"] == "person"
    assert not {"owner_id", "department_id", "person_profile", "organization_profile"} & sent.keys()
    assert sent["contact_points"]


def test_what_can_be_revealed_is_asked_for_and_shown() -> None:
    """Request and answer of the act of revealing fit each other."""
    assert _example("reveal_contact_point")["fields"] == ["value"]
    assert _shown("reveal_contact_point").keys() == {"contact_point_id", "value", "withheld"}
    assert _example("reveal_note")["fields"] == ["text"]


def test_a_free_input_shows_one_way_to_use_it() -> None:
    """Where nothing is required, one member is enough."""
    assert _example("search_customers") == {"q": "zhang"}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "format": "date"}, "2026-01-05"),
        ({"type": "string", "enum": ["A", "B"]}, "A"),
        ({"type": "integer", "minimum": 5}, 5),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({}, {}),
        ({"anyOf": [{"type": "null"}, {"type": "number"}]}, 1.5),
        ({"type": "array", "items": {"type": "string"}}, ["text"]),
        ({"type": "string", "examples": ["a word"]}, "a word"),
    ],
)
def test_plain_schemas_have_plain_examples(schema: dict[str, Any], value: Any) -> None:
    """A value is found for every form, the same for requests and answers."""
    examples = Examples({})

    assert examples.answer(schema) == value
    assert examples.request(schema, patch=False) == value


def test_words_are_the_first_line_of_a_description() -> None:
    """A schema without any has none to offer."""
    examples = Examples(the_document()["components"]["schemas"])

    assert examples.words({"$ref": "#/components/schemas/NoteView"}) == "A colleague's note."
    assert examples.words({"type": "string"}) == "The answer."
