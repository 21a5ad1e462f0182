"""Step-up: the operations that ask for a fresh second factor, in the document as in the routes."""

from typing import Any, Final

from app.core.freshness import StepUp
from app.core.problems import FreshFactorNeeded
from app.http.refusals import refusals_of
from app.routes import all_routes
from tests.service import Service

ROUTES: Final = all_routes()
# Whoever adds an operation here or takes one off has thought about it.
ALWAYS: Final = {
    *("publish_role_draft", "retire_role", "remove_user_factors", "extend_my_quota"),
    *("create_api_client", "change_api_client", "rotate_api_client_secret"),
    *("create_export", "link_export"),
}
AT_TIMES: Final = {
    # giving a role that reveals, administers or audits
    *("create_user", "import_users", "change_user"),
    # one's own factors, once there is one
    *("create_totp", "confirm_factor", "create_passkey_options", "create_passkey"),
    *("create_recovery_codes", "remove_my_factor"),
}


def stepping_up(when: StepUp) -> set[str]:
    """Return the names of the operations that ask for it."""
    return {route.operation_id or "" for route in ROUTES if route.promise.step_up is when}


def test_always_is_what_is_written_here() -> None:
    """An operation that changes what others may do is not one of many by chance."""
    assert stepping_up(StepUp.ALWAYS) == ALWAYS


def test_at_times_is_what_is_written_here() -> None:
    """And whatever reveals, which asks when it is done in bulk."""
    reveals = {r.operation_id or "" for r in ROUTES if (r.operation_id or "").startswith("reveal_")}

    assert len(reveals) > 3
    assert stepping_up(StepUp.AT_TIMES) == AT_TIMES | reveals


def test_nothing_asks_for_a_fresh_factor_unannounced() -> None:
    """Whatever may refuse for want of one has said so, where there is a token to be fresh."""
    for route in ROUTES:
        if route.promise.permission is not None:
            refuses = FreshFactorNeeded in refusals_of(route)
            assert refuses == (route.promise.step_up is not None), route.operation_id


async def test_the_document_and_the_matrix_say_it(service: Service) -> None:
    """As `x-step-up` of the operation, and in the row of the matrix."""
    document = (await service.anonymous().get("/openapi.json")).json()
    administrator = await service.as_("administrator")
    matrix = (await administrator.get("/v1/roles/matrix")).json()
    declared = {r.operation_id: r.promise.step_up and r.promise.step_up.value for r in ROUTES}

    assert {one["operationId"]: one.get("x-step-up") for one in _operations(document)} == declared
    assert {row["operation_id"]: row["step_up"] for row in matrix["operations"]} == declared


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    methods = {method.lower() for method in ("GET", "POST", "PUT", "PATCH", "DELETE")}
    paths = document["paths"].values()
    return [path[method] for path in paths for method in path if method in methods]
