"""Made-up requests by the document, for every operation and several roles: no 5xx, one form."""

from typing import Any

import httpx
import jsonschema_rs
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from app.routes import the_document
from tests.features.customers.builders import a_customer
from tests.http.documented import Node
from tests.service import Service

EXAMPLES = 8
ROLES = ["sales", "service", "data_officer", "administrator"]
BASE = "http://cims.example"
JSON = "application/json"
SCHEMA = schemathesis.openapi.from_dict(the_document())
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]
MODES = st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


@pytest.fixture(scope="module")
async def known(service: Service) -> dict[str, str]:
    """Ids that are there, so that some of what is made up meets something."""
    made = await a_customer(service, external_ids=[{"system": "fuzz", "value": "1"}])
    client = await service.as_("sales")
    path = f"/v1/customers/{made['customer_id']}"
    other = await a_customer(service)
    known = {"customer_id": str(made["customer_id"]), "resource": "customers"}
    for part, key, body in (
        ("contact-points", "contact_point_id", {"type": "qq", "value": "10001"}),
        ("addresses", "address_id", {"type": "home", "line": "示例路 1 号"}),
        ("notes", "note_id", {"text": "x"}),
        ("relationships", "relationship_id", {"type": "family", "other_id": other["customer_id"]}),
    ):
        known[key] = (await client.post(f"{path}/{part}", json=body)).json()[key]
    administrator = await service.as_("administrator")
    for address, key, body in (
        ("/v1/users", "user_id", {"username": "fuzz", "display_name": "Fuzz"}),
        ("/v1/departments", "department_id", {"name": "Fuzz"}),
    ):
        known[key] = (await administrator.post(address, json=body)).json()[key]
    (listed,) = (await client.get(f"{path}/external-ids")).json()["items"]
    known["code"] = "fuzzed"
    admin = await service.as_("administrator")
    await admin.post("/v1/roles", json={"code": "fuzzed", "en": "Fuzzed", "zh": "随机"})
    return {**known, "external_id": listed["external_id"]}


def _draw(data: st.DataObject, operation: Any, known: dict[str, str]) -> Case[Any]:
    """Make a case by the document or against it, mostly about something that is there."""
    case: Case[Any] = data.draw(operation.as_strategy(generation_mode=data.draw(MODES)))
    if data.draw(st.integers(0, 3)):
        case.path_parameters = {n: known.get(n, v) for n, v in case.path_parameters.items()}
    if "If-Match" in case.headers and data.draw(st.integers(0, 3)):
        case.headers["If-Match"] = "*"
    return case


async def _send(client: httpx.AsyncClient, case: Case[Any]) -> httpx.Response:
    kwargs = case.as_transport_kwargs(base_url=BASE)
    kwargs = {name: kwargs[name] for name in kwargs if name in requests.Request("GET").__dict__}
    made = requests.Request(**kwargs).prepare()
    headers = [
        (name.encode("latin-1"), value if isinstance(value, bytes) else value.encode("latin-1"))
        for name, value in made.headers.items()
        if name.lower() not in {"authorization", "user-agent"}
    ]
    url = httpx.URL(made.url or BASE)
    return await client.request(made.method or "GET", url, content=made.body, headers=headers)  # type: ignore[arg-type]  # bytes or text


def _require_fit(operation: Node, answer: httpx.Response) -> None:
    content = operation["responses"][str(answer.status_code)].get("content", {})
    if JSON in content:
        schema = {**content[JSON]["schema"], "components": the_document()["components"]}
        faults = jsonschema_rs.Draft202012Validator(schema).iter_errors(answer.json())
        assert [fault.message for fault in faults] == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
async def test_no_request_breaks_an_operation(
    service: Service, known: dict[str, str], operation: Any, data: st.DataObject
) -> None:
    """Whatever is sent, the answer is one that the document names, refusals in the one form."""
    role = data.draw(st.sampled_from(ROLES))
    signs_out = operation.path == "/v1/auth/logout"
    client = await (service.afresh(role) if signs_out else service.as_(role))

    case = _draw(data, operation, known)
    answer = await _send(client, case)
    if answer.status_code == 503:  # a machine under load may be slow once
        answer = await _send(client, case)

    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert len(answer.content) <= 4096
    if str(answer.status_code) in operation.definition.raw["responses"]:
        _require_fit(operation.definition.raw, answer)
    else:
        assert answer.status_code in {404, 405}, answer.text
