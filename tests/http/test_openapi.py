"""The document: valid, complete, and true to what the routes promise."""

import json
import tomllib
from copy import deepcopy
from pathlib import Path

import jsonschema_rs
import pytest
import schemathesis

from app.core.records import RESOURCES
from app.http.openapi import VERSION
from app.http.operations import BEARER, SCHEME
from app.routes import document, the_document
from tests.http.documented import Node, media, one, operations

PUBLIC = {
    *("create_token", "accept_invitation", "list_signing_keys", "get_server_metadata"),
    *("list_identity_providers", "start_sso", "complete_sso"),
    *("create_first_factor", "confirm_first_factor"),
    *("get_liveness", "get_readiness"),
}
ROOT = Path(__file__).parents[2]


def test_the_document_is_valid() -> None:
    """It fits the schema of OpenAPI 3.1 (which wants a whole address where ours is relative)."""
    checked = deepcopy(the_document())
    for flow in checked["components"]["securitySchemes"][SCHEME]["flows"].values():
        flow["tokenUrl"] = f"https://cims.example{flow['tokenUrl']}"

    schemathesis.openapi.from_dict(checked).validate()


def test_every_reference_leads_somewhere() -> None:
    """What is referred to stands among the components."""
    text = json.dumps(the_document())
    names = {part.split('"')[0] for part in text.split('"$ref": "#/components/')[1:]}

    missing = [name for name in names if not _component(*name.split("/"))]

    assert not missing


def _component(family: str, name: str) -> bool:
    return name in the_document()["components"][family]


def test_the_document_is_always_the_same() -> None:
    """Two makings differ in no byte, so that a drift is a change."""
    assert json.dumps(document()) == json.dumps(the_document())


def test_the_version_is_the_project_s() -> None:
    """The document bears the version of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["version"] == VERSION


def test_operations_have_names_of_their_own() -> None:
    """An operation is called `verb_noun`, once."""
    names = [operation["operationId"] for _, operation in operations()]

    assert len(set(names)) == len(names)
    assert all("_" in name and name.islower() for name in names)


def test_every_operation_is_described() -> None:
    """Each has a summary, a description, a tag in both languages, and examples."""
    tags = {tag["name"]: tag["description"] for tag in the_document()["tags"]}

    for _, operation in operations():
        assert operation["summary"]
        assert operation["description"]
        assert not tags[operation["tags"][0]].isascii(), operation["tags"]
        assert all("example" in content for content in media(operation)), operation["operationId"]


def test_every_operation_says_who_may() -> None:
    """Each names the scope it needs, or is one of the few that need none."""
    for route, operation in operations():
        permission = route.promise.permission
        if permission is None:
            assert operation["operationId"] in PUBLIC
            assert operation["security"] == []
            continue
        assert operation["x-permission"] == permission.value
        assert operation["security"] == [{SCHEME: [permission.value]}, {BEARER: []}]
        assert f"`{permission.value}`" in operation["description"]


def test_examples_fit_their_schemas() -> None:
    """What is shown as a request or an answer is one."""
    components = the_document()["components"]

    for _, operation in operations():
        for content in media(operation):
            schema = {**content["schema"], "components": components}
            validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
            faults = [fault.message for fault in validator.iter_errors(content["example"])]
            assert not faults, (operation["operationId"], faults)


@pytest.mark.parametrize("resource", sorted(RESOURCES))
def test_a_view_promises_every_member(resource: str) -> None:
    """Every field of the catalogue is there for everybody, with group, level and both labels."""
    record = RESOURCES[resource]
    schema = _schema(f"{record.__name__}View")

    assert {"withheld", *record.fields} <= set(schema["required"])
    for name, entry in record.fields.items():
        member = schema["properties"][name]
        assert (member["x-group"], member["x-level"]) == (entry.group.name, entry.level)
        assert (member["title"], member["description"].split(".")[0]) == (entry.en, entry.zh)


def test_a_revealing_answer_promises_no_member() -> None:
    """Only what was asked for is in it."""
    content = one("reveal_customer")["responses"]["200"]["content"]["application/json"]

    assert content["schema"]["$ref"].endswith("/RevealedCustomer")
    assert _schema("RevealedCustomer")["required"] == ["withheld"]
    assert content["example"]["phone"].startswith("+86")


def test_only_what_comes_in_is_closed() -> None:
    """An answer may gain members in a later version; a request with unknown ones is refused."""
    assert _schema("NewCustomer")["additionalProperties"] is False
    assert _schema("NewContactPoint")["additionalProperties"] is False
    assert "additionalProperties" not in _schema("CustomerView")
    assert "additionalProperties" not in _schema("HistoryEntry")


def test_optional_members_stay_optional_for_generators() -> None:
    """No default stands beside a member of a request: generators would require it."""
    atomic = _schema("Batch")["properties"]["atomic"]

    assert "default" not in atomic
    assert "`false`" in atomic["description"]


def test_lists_have_names_that_a_client_can_speak() -> None:
    """A list is named after what it shows, and described."""
    schema = _schema("CustomerSummaryList")

    assert schema["required"] == ["items", "next_cursor", "has_more"]
    assert schema["description"]
    assert not [name for name in the_document()["components"]["schemas"] if "_" in name]


def test_nothing_of_the_framework_s_own_refusals_is_left() -> None:
    """FastAPI's form of a 422 appears nowhere."""
    assert "ValidationError" not in json.dumps(the_document())


def _schema(name: str) -> Node:
    schema: Node = the_document()["components"]["schemas"][name]
    return schema
