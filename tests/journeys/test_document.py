"""The document against the service: its examples are accepted, the answers fit its schemas."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import jsonschema_rs
import pytest

from app.routes import the_document
from app.settings import Settings
from tests.colleagues import a_client
from tests.conftest import NewDatabase
from tests.http.documented import Node, operations
from tests.service import Service, running_service

JSON = "application/json"


class Caller:
    """Sends the documented examples, and holds every answer against the document."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.made: dict[str, str] = {}

    async def call(self, operation_id: str, **headers: str) -> httpx.Response:
        """Send the example of one operation."""
        route, operation = next(
            pair for pair in operations() if pair[1]["operationId"] == operation_id
        )
        answer = await self.client.request(
            route.method,
            route.path.format(**self.made),
            json=_example(operation),
            headers={"If-Match": "", **headers},
        )
        assert answer.status_code == route.success, (operation_id, answer.text)
        _require_fit(operation["responses"][str(answer.status_code)], answer)
        return answer


def _example(operation: Node) -> Any:
    return operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("example")


def _require_fit(described: Node, answer: httpx.Response) -> None:
    if "content" not in described:
        assert answer.content == b""
        return
    schema = {**described["content"][JSON]["schema"], "components": the_document()["components"]}
    faults = jsonschema_rs.Draft202012Validator(schema).iter_errors(answer.json())
    assert [fault.message for fault in faults] == []
    assert {name.lower() for name in described["headers"]} <= answer.headers.keys()


@pytest.fixture(scope="module")
async def service(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Service]:
    """A service where nothing that the examples bring is taken already."""
    urls = await new_database()
    async with running_service(settings, urls.app, urls.owner) as running:
        yield running


@pytest.fixture(scope="module")
async def caller(service: Service) -> Caller:
    """A data officer, whose customer was made from the example."""
    caller = Caller(await service.as_("data_officer"))
    opened = await caller.call("create_customer")
    caller.made["customer_id"] = opened.json()["customer_id"]
    return caller


async def test_the_examples_of_a_customer_work(caller: Caller) -> None:
    """Opening, showing, changing, revealing, putting away and bringing back."""
    seen = await caller.call("get_customer")
    changed = await caller.call("change_customer", **{"If-Match": seen.headers["etag"]})
    await caller.call("reveal_customer")
    away = await caller.call("archive_customer", **{"If-Match": changed.headers["etag"]})
    await caller.call("restore_customer", **{"If-Match": away.headers["etag"]})


async def test_the_examples_of_lists_work(caller: Caller) -> None:
    """Listing, searching, history and batch."""
    for operation in ("list_customers", "search_customers", "list_customer_history"):
        await caller.call(operation)
    await caller.call("batch_customers")
    await caller.call("list_duplicates")


async def test_the_examples_of_a_profile_work(caller: Caller) -> None:
    """Showing, changing, revealing."""
    seen = await caller.call("get_person_profile")
    await caller.call("change_person_profile", **{"If-Match": seen.headers["etag"]})
    await caller.call("reveal_person_profile")


@pytest.mark.parametrize(
    ("noun", "plural"),
    [("contact_point", "contact_points"), ("address", "addresses"), ("note", "notes")],
)
async def test_the_examples_of_a_part_work(caller: Caller, noun: str, plural: str) -> None:
    """Adding, listing, showing, changing, revealing, removing."""
    added = await caller.call(f"create_{noun}")
    caller.made[f"{noun}_id"] = added.json()[f"{noun}_id"]
    await caller.call(f"list_{plural}")
    changed = await caller.call(f"change_{noun}", **{"If-Match": added.headers["etag"]})
    await caller.call(f"get_{noun}")
    await caller.call(f"reveal_{noun}")
    await caller.call(f"remove_{noun}", **{"If-Match": changed.headers["etag"]})


async def test_the_examples_of_a_role_work(staffed_service: Service) -> None:
    """Beginning, editing, comparing, publishing; keeping apart; the end."""
    caller = Caller(await a_client(staffed_service, "administrator"))
    checker = Caller(await a_client(staffed_service, "administrator"))
    caller.made["code"] = (await caller.call("create_role")).json()["code"]
    checker.made = caller.made
    seen = await caller.call("get_role_draft")
    edited = await caller.call("change_role_draft", **{"If-Match": seen.headers["etag"]})
    await caller.call("get_role_draft_comparison")
    await checker.call("publish_role_draft", **{"If-Match": edited.headers["etag"]})
    for operation in ("get_role", "list_roles", "list_role_versions", "get_role_matrix"):
        await caller.call(operation)
    await caller.call("change_role_draft", **{"If-Match": "*"})
    await caller.call("remove_role_draft", **{"If-Match": "*"})
    await checker.call("retire_role")


async def test_the_examples_of_a_separation_work(staffed_service: Service) -> None:
    """Keeping apart, listing, letting meet again."""
    caller = Caller(await a_client(staffed_service, "administrator"))
    made = await caller.call("create_role_separation")
    caller.made["separation_id"] = made.json()["separation_id"]
    await caller.call("list_role_separations")
    await caller.call("remove_role_separation")


@pytest.mark.parametrize(
    ("role", "calls"),
    [
        (
            "administrator",
            "list_users list_roles list_departments get_me get_my_permissions list_my_sessions",
        ),
        ("auditor", "list_audit_events verify_audit_events"),
        ("sales", "list_resources list_signing_keys get_liveness get_readiness"),
    ],
)
async def test_answers_of_other_roles_fit_too(service: Service, role: str, calls: str) -> None:
    """What needs no record is held against the document as it is."""
    caller = Caller(await service.as_(role))

    for operation in calls.split():
        await caller.call(operation)


async def test_the_examples_of_second_factors_work(service: Service) -> None:
    """Listing, beginning to add an app or a passkey, giving up, resetting a colleague's."""
    caller = Caller(await a_client(service, "marketing"))
    caller.made["user_id"] = (await caller.call("get_me")).json()["user_id"]
    added = await caller.call("create_totp")
    await caller.call("create_passkey_options")
    await caller.call("list_my_factors")
    caller.made["factor_id"] = added.json()["factor_id"]
    await caller.call("remove_my_factor")
    caller.client = await service.as_("administrator")
    await caller.call("remove_user_factors")


@pytest.mark.parametrize("noun", ["validation_rule", "freshness_rule", "completeness_rule"])
async def test_the_examples_of_a_standard_work(service: Service, noun: str) -> None:
    """Making, listing, showing, changing, removing a rule of quality."""
    caller = Caller(await service.as_("data_officer"))
    made = await caller.call(f"create_{noun}")
    caller.made["code"] = made.json()["code"]
    await caller.call(f"list_{noun}s")
    await caller.call(f"get_{noun}")
    changed = await caller.call(f"change_{noun}", **{"If-Match": made.headers["etag"]})
    await caller.call(f"remove_{noun}", **{"If-Match": changed.headers["etag"]})


async def test_the_examples_of_lists_about_quality_work(service: Service) -> None:
    """Issues, figures, imports and work lists are held against the document as they are."""
    caller = Caller(await service.as_("data_officer"))
    for operation in (
        *("list_quality_issues", "list_quality_figures", "list_imports", "list_import_mappings"),
        *("list_update_campaigns", "list_update_tasks", "list_customer_corrections"),
    ):
        await caller.call(operation)


async def test_the_examples_of_the_staff_work(staffed_service: Service) -> None:
    """Departments and users: opening, showing, changing, suspending, leaving."""
    caller = Caller(await staffed_service.as_("administrator"))
    opened = await caller.call("create_department")
    caller.made["department_id"] = opened.json()["department_id"]
    place = await caller.call("get_department")
    await caller.call("change_department", **{"If-Match": place.headers["etag"]})
    caller.made["user_id"] = (await caller.call("create_user")).json()["user_id"]
    seen = await caller.call("get_user")
    await caller.call("change_user", **{"If-Match": seen.headers["etag"]})
    for operation in ("list_users", "list_departments", "invite_user", "suspend_user"):
        await caller.call(operation)
    for operation in ("reactivate_user", "depart_user", "get_user_proof"):
        await caller.call(operation)
    for operation in ("import_users", "import_departments"):
        await caller.call(operation)
    await caller.call("remove_department", **{"If-Match": "*"})
