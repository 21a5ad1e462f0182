"""Tests of the rules that count: each speaks of what it should, and keeps silent otherwise."""

import random
from datetime import datetime

import pytest

from app.core.access import ActorKind
from tests.features.alerts.scene import DAY, HOUR, MINUTE, WORKING, Scene, ids, somebody

NIGHT = WORKING + 13 * HOUR  # 23:00 in Shanghai
SATURDAY = WORKING + 4 * DAY - 7 * DAY


async def test_far_more_than_usual_is_told(scene: Scene) -> None:
    """More than the floor within an hour, though it lies across a full hour, with its evidence."""
    reader = somebody()
    await scene.line(reader, ids(130), WORKING - 20 * MINUTE, operation="list_customers")
    line = await scene.line(reader, ids(130), WORKING + 20 * MINUTE, operation="list_customers")

    (alert,) = await scene.alerts(reader)

    assert (alert["rule_code"], alert["severity"]) == ("unusual_volume", "warning")
    assert abs(alert["count"] - 260) < 20
    assert (alert["threshold"], alert["usual"], alert["actor_id"]) == (200, None, reader.actor_id)
    assert str(line.line_id) in [one["line_id"] for one in alert["evidence"]]
    assert len(alert["customers"]) == 200


@pytest.mark.parametrize("minutes", [35, 90])
async def test_as_many_in_more_time_are_not_told(scene: Scene, minutes: int) -> None:
    """Spread over hours, the same number is nothing unusual."""
    reader = somebody()
    for place in range(3):
        at = WORKING + place * minutes * MINUTE
        await scene.line(reader, ids(90), at, operation="list_customers")

    assert await scene.alerts(reader) == []


async def test_the_same_customers_again_and_again_are_not_told(scene: Scene) -> None:
    """A screen that loads the same page each minute shows nobody else."""
    reader, page = somebody(), ids(50)
    for place in range(20):
        await scene.line(reader, page, WORKING + place * MINUTE, operation="list_customers")

    assert await scene.alerts(reader) == []


async def test_what_is_usual_for_somebody_is_not_told(scene: Scene) -> None:
    """Who reads much each day is told of at three times that."""
    reader = somebody()
    for days in (6, 5, 4):
        await scene.line(reader, ids(150), WORKING - days * DAY, operation="list_customers")
    await scene.line(reader, ids(300), WORKING, operation="list_customers")
    assert await scene.alerts(reader) == []

    await scene.line(reader, ids(300), WORKING + MINUTE, operation="list_customers")

    (alert,) = await scene.alerts(reader)
    assert abs(alert["usual"] - 150) < 15
    assert alert["threshold"] > 400


async def test_only_disclosures_count(scene: Scene) -> None:
    """Refusals, openings, and lines that show no customer's data are no reading."""
    reader = somebody()
    await scene.line(reader, ids(300), status=409)
    await scene.line(reader, ids(300), operation="batch_customers")
    await scene.line(reader, ids(300), shown={"audit-events": {"at": "read"}})
    await scene.line(reader, ids(300), shown={})

    assert await scene.alerts(reader) == []


@pytest.mark.parametrize("at", [NIGHT, NIGHT + 6 * HOUR, SATURDAY], ids=["late", "early", "free"])
async def test_reading_off_hours_is_told(scene: Scene, at: datetime) -> None:
    """More than five customers at night or on a weekend."""
    reader = somebody()
    for customer in ids(6)[::-1]:
        await scene.line(reader, [customer], at=at)

    (alert,) = await scene.alerts(reader)

    assert (alert["rule_code"], alert["count"]) == ("at_night", 6)
    assert len(alert["customers"]) == 6


async def test_one_night_is_one_alert(scene: Scene) -> None:
    """Before and after midnight is the same night."""
    reader = somebody()
    await scene.line(reader, ids(6), NIGHT)
    await scene.watch()
    await scene.line(reader, ids(6), NIGHT + 4 * HOUR)

    (alert,) = await scene.alerts(reader)

    assert (alert["count"], alert["window_start"]) == (12, NIGHT - HOUR)


@pytest.mark.parametrize("number", [5, 6])
async def test_few_at_night_or_many_by_day_are_not_told(scene: Scene, number: int) -> None:
    """Five customers at night, or any number at ten in the morning."""
    reader = somebody()
    await scene.line(reader, ids(number), WORKING if number > 5 else NIGHT)

    assert await scene.alerts(reader) == []


async def test_other_systems_work_at_night(scene: Scene) -> None:
    """The rule of the night is about persons."""
    reader = somebody(ActorKind.CLIENT)
    await scene.line(reader, ids(20), NIGHT)

    assert await scene.alerts(reader) == []


@pytest.mark.parametrize("is_downward", [False, True])
async def test_records_in_order_are_told(scene: Scene, is_downward: bool) -> None:  # noqa: FBT001
    """Twenty records in the order of their ids, over several turns of the watcher."""
    reader = somebody()
    ordered = sorted(ids(25), reverse=is_downward)
    for place, customer in enumerate(ordered):
        await scene.line(reader, [customer], WORKING + place * MINUTE)
        if place % 10 == 0:
            await scene.watch()

    (alert,) = await scene.alerts(reader)

    assert (alert["rule_code"], alert["severity"], alert["count"]) == ("walking", "critical", 25)
    assert {str(one) for one in alert["customers"]} <= set(ordered)
    assert len(alert["evidence"]) >= 20


async def test_going_back_and_forth_is_not_told(scene: Scene) -> None:
    """Forty records in any order are work."""
    reader, mixed = somebody(), ids(40)
    random.Random(7).shuffle(mixed)
    for customer in mixed:
        await scene.line(reader, [customer])

    assert await scene.alerts(reader) == []


async def test_a_walk_with_long_pauses_is_not_told(scene: Scene) -> None:
    """Newer customers one by one in the course of weeks are work, too."""
    reader = somebody()
    for place, customer in enumerate(ids(25)):
        await scene.line(reader, [customer], WORKING + place * 11 * MINUTE)

    assert await scene.alerts(reader) == []


async def test_page_after_page_is_told(scene: Scene) -> None:
    """Twenty pages of a list, each of others, and no record opened in between."""
    reader = somebody()
    for place in range(20):
        await scene.line(reader, ids(3), WORKING + place * MINUTE, operation="list_customers")

    assert await scene.rules(reader) == ["walking"]


async def test_a_page_again_or_a_record_in_between_is_not_told(scene: Scene) -> None:
    """Loading a page anew, or opening what one has found, is no walk."""
    idler, worker, page = somebody(), somebody(), ids(3)
    for _ in range(25):
        await scene.line(idler, page, operation="list_customers")
    for place in range(25):
        await scene.line(worker, ids(3), operation="list_customers")
        if place % 10 == 9:
            await scene.line(worker, ids(1))

    assert await scene.alerts(idler) == []
    assert await scene.alerts(worker) == []


async def test_guessing_is_told_of_a_source(scene: Scene) -> None:
    """More than fifty refusals in five minutes, though nobody was signed in."""
    for place in range(51):
        await scene.refusal("192.0.2.77", WORKING + place * 5 * MINUTE / 60)

    (alert,) = await scene.alerts("source 192.0.2.77")

    assert (alert["rule_code"], alert["count"]) == ("guessing", 51)
    assert (alert["actor_id"], alert["source"]) == (None, "192.0.2.77")


async def test_few_refusals_are_not_told(scene: Scene) -> None:
    """Fifty in five minutes, more in an hour, or refusals of another sort."""
    for place in range(50):
        await scene.refusal("192.0.2.78", WORKING)
        await scene.refusal("192.0.2.79", WORKING + place * MINUTE)
        await scene.refusal("192.0.2.79", WORKING + place * MINUTE)
        await scene.refusal("192.0.2.80", WORKING, status=409)
        await scene.refusal("192.0.2.80", WORKING, status=422)

    for source in ("192.0.2.78", "192.0.2.79", "192.0.2.80"):
        assert await scene.alerts(f"source {source}") == []


async def test_an_act_is_told_when_it_is_done(scene: Scene) -> None:
    """A role published is heard of, one that could not be is not."""
    one, other = somebody(), somebody()
    await scene.line(one, operation="publish_role_draft")
    await scene.line(one, operation="publish_role_draft", at=WORKING + MINUTE)
    await scene.line(other, operation="publish_role_draft", status=409)

    (alert,) = await scene.alerts(one)

    assert (alert["rule_code"], alert["severity"], alert["count"]) == ("powerful_acts", "info", 2)
    assert await scene.alerts(other) == []
