"""Operations: what the document adds to a route's signature."""

from app.routes import the_document
from tests.http.documented import Node, one, operations

FORM_TYPE = "application/x-www-form-urlencoded"


def _parameters(operation: Node) -> dict[str, Node]:
    shared = the_document()["components"]["parameters"]
    given = [
        shared[node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node
        for node in operation["parameters"]
    ]
    return {node["name"]: node for node in given}


def test_a_change_asks_for_the_state_it_starts_from() -> None:
    """If-Match is required where the endpoint takes it, and asked for nowhere else."""
    assert _parameters(one("change_customer"))["If-Match"]["required"]
    assert _parameters(one("remove_note"))["If-Match"]["required"]
    assert "If-Match" not in _parameters(one("get_customer"))


def test_a_retry_can_be_named() -> None:
    """What changes by POST or PATCH takes an Idempotency-Key, and only that."""
    keyed = {
        node["operationId"] for _, node in operations() if "Idempotency-Key" in _parameters(node)
    }

    assert {"create_customer", "change_customer", "archive_customer"} <= keyed
    assert not {"get_customer", "search_customers", "reveal_customer", "create_token"} & keyed


def test_every_request_may_state_purpose_language_and_id() -> None:
    """Three headers go with every operation."""
    for _, operation in operations():
        assert {"X-Purpose", "Accept-Language", "X-Request-Id"} <= _parameters(operation).keys()


def test_a_change_is_sent_as_a_merge_patch_or_as_json() -> None:
    """The media type of RFC 7396 comes first."""
    content = one("change_customer")["requestBody"]["content"]

    assert list(content) == ["application/merge-patch+json", "application/json"]


def test_a_form_is_described() -> None:
    """A route that takes a form says which members it has, and gives an example."""
    assert [node["operationId"] for route, node in operations() if route.form] == ["create_token"]
    content = one("create_token")["requestBody"]["content"][FORM_TYPE]

    assert {"grant_type", "username", "password", "client_id", "client_secret"} <= content[
        "schema"
    ]["properties"].keys()
    assert content["example"]["grant_type"] == "password"


def test_answers_name_their_headers() -> None:
    """A view has an ETag, a new record a Location, every answer a request id."""
    opened = one("create_customer")["responses"]

    assert {"ETag", "Location", "X-Request-Id"} <= opened["201"]["headers"].keys()
    assert "ETag" not in one("list_customers")["responses"]["200"]["headers"]
    assert "ETag" not in one("reveal_customer")["responses"]["200"]["headers"]
    for _, operation in operations():
        assert all("X-Request-Id" in node["headers"] for node in operation["responses"].values())


def test_what_the_caller_holds_may_be_answered_with_304() -> None:
    """Where If-None-Match is taken, 304 is described."""
    assert "304" in one("get_customer")["responses"]
    assert "304" not in one("list_customers")["responses"]


def test_text_is_described_as_text() -> None:
    """Metrics are no JSON; a removal answers nothing."""
    assert list(one("get_metrics")["responses"]["200"]["content"]) == ["text/plain"]
    assert "content" not in one("remove_note")["responses"]["204"]


def test_the_summary_is_the_first_paragraph() -> None:
    """The docstring's first sentence heads the operation, the rest describes it, with its rules."""
    operation = one("change_customer")

    assert operation["summary"] == "Change a customer by a JSON merge patch (RFC 7396)"
    assert operation["description"].startswith("Refused with 412 when")
    assert "[customer-archived](/problems/customer-archived)" in operation["description"]
    assert "no reason of its own" in one("get_liveness")["description"]
