"""The story of somebody new: `make run`, a look round, Ctrl-C, again, and after a crash."""

import json
import stat
from pathlib import Path

from tests.journeys.running import Run, cims_run, free_port

FACTORED = {"administrator", "data_officer", "regional_officer", "service"}
ROLES = {
    "administrator",
    "data_officer",
    "regional_officer",
    "sales",
    "service",
    "marketing",
    "data_entry",
    "auditor",
    "integration",
}


def test_run_stop_run_again_and_after_a_crash(tmp_path: Path) -> None:
    """The demo is there at once, the data outlive Ctrl-C and kill -9."""
    home, port = tmp_path / "home", free_port()

    with cims_run(home, port) as first:
        found = first.ask("sales", "GET", "/v1/customers?count=exact&limit=1").json()
        made = _open_customer(first, "第一次")
        printed = first.interrupt()
    with cims_run(home, port) as second:
        kept = second.ask("sales", "GET", f"/v1/customers/{made}")
        later = _open_customer(second, "第二次")
        second.kill()
    with cims_run(home, port) as third:
        saved = third.ask("sales", "GET", f"/v1/customers/{later}")
        verified = third.ask("auditor", "GET", "/v1/audit-events/verify").json()
        third.interrupt()

    assert found["count"] > 100
    assert (kept.status_code, saved.status_code) == (200, 200)
    assert verified["ok"]
    assert f"http://127.0.0.1:{port}/docs" in printed
    assert not (home / "postgres" / "data" / "postmaster.pid").exists()
    _assert_users_are_private(home)


def _open_customer(run: Run, name: str) -> str:
    answer = run.ask("sales", "POST", "/v1/customers", json={"kind": "person", "name": name})
    identifier: str = answer.json()["customer_id"]
    return identifier


def _assert_users_are_private(home: Path) -> None:
    path = home / "demo-users.json"
    users = json.loads(path.read_text())

    assert {user["role"] for user in users} == ROLES
    further = {"totp_secret", "client_id", "client_secret"}
    assert all(user.keys() - further == {"username", "password", "role"} for user in users)
    assert {user["role"] for user in users if "client_secret" in user} == {"integration"}
    assert {user["role"] for user in users if "totp_secret" in user} == FACTORED
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
