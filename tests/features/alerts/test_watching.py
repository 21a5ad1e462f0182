"""Tests of the watcher: nothing skipped, nothing twice, grown instead of flooded, in time."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from app.core.clock import now
from app.core.routines import RoutineRunner
from app.core.work import INSERT_LINE
from app.features.alerts.repository import WatchRepository
from app.features.alerts.service import tidy_tallies, watch
from app.routines import all_routines
from app.settings import Settings
from tests.colleagues import a_client
from tests.core.trail import a_line
from tests.features.alerts.conftest import watching
from tests.features.alerts.scene import HOUR, MINUTE, WORKING, Scene, ids, somebody
from tests.features.customers.builders import a_customer

NIGHT = WORKING + 13 * HOUR
POSITION = "select to_xid from alert_watch"


async def test_a_line_that_commits_late_is_not_skipped(scene: Scene) -> None:
    """Lines after it wait for it, as sealing does; then all of them are looked at."""
    early, late = somebody(), somebody()
    line = a_line(actor=late, operation="publish_role_draft", at=WORKING, subjects=())
    connection = await asyncpg.connect(scene.service.app_url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(INSERT_LINE, *line.row(scene.platform.mac_key))
    await scene.line(early, operation="publish_role_draft")
    await watch(scene.platform)
    assert await scene.standing(early) == []

    await transaction.commit()
    await connection.close()

    assert await scene.rules(late) == ["powerful_acts"]
    assert await scene.rules(early) == ["powerful_acts"]


async def test_it_grows_and_does_not_flood(scene: Scene) -> None:
    """What goes on in the same hour is the same alert, told once."""
    reader, told = somebody(), 0
    for place in range(5):
        at = WORKING + place * 5 * MINUTE
        await scene.line(reader, ids(120), at, operation="list_customers")
        told += len((await scene.watch()).raised)

    (alert,) = await scene.alerts(reader)

    assert told == 1
    assert abs(alert["count"] - 600) < 60
    assert alert["last_at"] == WORKING + 20 * MINUTE


async def test_two_processes_do_not_count_twice(scene: Scene, settings: Settings) -> None:
    """Whoever comes second finds the place taken, and later nothing left."""
    reader = somebody()
    for _ in range(3):
        await scene.line(reader, operation="publish_role_draft")

    async with watching(scene.service.app_url, settings) as other:
        for _ in range(20):
            await asyncio.gather(watch(scene.platform), watch(other), watch(scene.platform))

    (alert,) = await scene.alerts(reader)
    assert alert["count"] == 3


async def test_a_crash_counts_nothing_twice(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn that ends in its middle leaves no tally, no alert and no position."""
    reader = somebody()
    await scene.watch()
    await scene.line(reader, operation="publish_role_draft")
    before = await scene.platform.database.fetch(POSITION, [])

    async def broken(*_args: Any) -> None:
        raise LookupError

    with monkeypatch.context() as patch:
        patch.setattr(WatchRepository, "advance", broken)
        with pytest.raises(LookupError):
            await watch(scene.platform)

    assert await scene.platform.database.fetch(POSITION, []) == before
    assert await scene.standing(reader) == []
    (alert,) = await scene.alerts(reader)
    assert alert["count"] == 1


async def test_a_batch_is_bounded_and_a_turn_goes_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More lines than one batch holds are all looked at, batch by batch."""
    reader = somebody()
    await scene.watch()
    monkeypatch.setattr("app.features.alerts.repository.watching.MOST_LINES", 4)
    for _ in range(15):
        await scene.line(reader, operation="publish_role_draft")

    turn = await scene.watch()

    (alert,) = await scene.standing(reader)
    assert alert["count"] == 15
    assert turn.lines >= 15


async def test_raising_leaves_a_line(scene: Scene) -> None:
    """The audit says which alerts were raised, by the job, without customers."""
    reader = somebody()
    await scene.line(reader, ids(6), NIGHT)

    (alert,) = await scene.alerts(reader)

    (line,) = await scene.platform.database.fetch(
        "select actor_kind, subjects, detail from audit_lines where operation = 'watch_audit' "
        "and detail like '%' || $1 || '%'",
        [str(alert["alert_id"])],
    )
    assert (line["actor_kind"], line["subjects"]) == ("job", [])
    assert "at_night" in line["detail"]


async def test_a_rule_that_is_switched_off_is_silent(scene: Scene) -> None:
    """Off, it counts nothing; on again, it counts what comes from then on."""
    administrator = await a_client(scene.service, "administrator")
    reader, path = somebody(), "/v1/alert-rules/at_night"
    await administrator.patch(path, json={"enabled": False}, headers={"If-Match": "*"})
    await scene.line(reader, ids(6), NIGHT)
    assert await scene.alerts(reader) == []

    await administrator.patch(path, json={"enabled": True}, headers={"If-Match": "*"})
    await scene.line(reader, ids(6), NIGHT + MINUTE)

    assert await scene.rules(reader) == ["at_night"]


async def test_from_reading_to_alert_in_a_minute(scene: Scene) -> None:
    """The shipped routines, run as a process runs them, tell of a reveal over HTTP in time."""
    desk = await a_client(scene.service, "service")
    user_id = (await desk.get("/v1/me")).json()["user_id"]
    customer = await a_customer(scene.service, tier="A", phone="+8613800000021")
    runner = RoutineRunner(scene.platform, all_routines())
    await runner.run_due()
    read_at = now()
    await desk.post(
        f"/v1/customers/{customer['customer_id']}/reveal",
        json={"fields": ["phone"], "purpose": "call back"},
    )

    alerts: list[dict[str, Any]] = []
    while not alerts and now() - read_at < timedelta(seconds=60):
        await asyncio.sleep(1)
        await runner.run_due()
        alerts = await scene.standing(user_id)

    assert [alert["rule_code"] for alert in alerts] == ["watched_records"]
    assert alerts[0]["raised_at"] - read_at < timedelta(seconds=30)


async def test_what_was_closed_comes_back_when_it_doubles(scene: Scene) -> None:
    """A little more changes nothing; twice as much opens it again."""
    reader = somebody()
    officer = await a_client(scene.service, "data_officer")
    await scene.line(reader, operation="publish_role_draft")
    await scene.line(reader, operation="publish_role_draft")
    (alert,) = await scene.alerts(reader)
    path = f"/v1/alerts/{alert['alert_id']}/close"
    assert (await officer.post(path, json={"verdict": "justified"})).status_code == 200
    await scene.line(reader, operation="publish_role_draft")
    (alert,) = await scene.alerts(reader)
    assert (alert["state"], alert["count"]) == ("closed", 3)

    await scene.line(reader, operation="publish_role_draft")
    turn = await scene.watch()

    (alert,) = await scene.standing(reader)
    assert (alert["state"], alert["count"]) == ("open", 4)
    assert [one.alert_id for one in turn.raised] == [alert["alert_id"]]


async def test_old_tallies_are_let_go(scene: Scene) -> None:
    """Counts of volumes stay to say what is usual, without their sketches; the rest goes."""
    reader = somebody()
    await scene.line(reader, ids(130), now() - 5 * HOUR, operation="list_customers")
    await scene.line(reader, ids(6), NIGHT - 7 * 24 * HOUR + 4 * 24 * HOUR)
    await scene.watch()

    await tidy_tallies(scene.platform)

    kept = await scene.platform.database.fetch(
        "select count, sketch, state from alert_tallies where who = $1 and rule_code = $2 "
        "order by slot desc limit 1",
        [str(reader.actor_id), "unusual_volume"],
    )
    assert kept[0]["count"] > 100
    assert (kept[0]["sketch"], kept[0]["state"]) == (None, None)


async def test_new_transaction_ids_are_lived_with(scene: Scene) -> None:
    """In a restored database, whose transaction ids began anew, it begins where they stand."""
    connection = await asyncpg.connect(scene.service.owner_url)
    await connection.execute("update alert_watch set to_xid = to_xid + 1000000")
    await connection.close()
    reader = somebody()

    await watch(scene.platform)
    await scene.line(reader, operation="publish_role_draft")

    assert await scene.rules(reader) == ["powerful_acts"]
