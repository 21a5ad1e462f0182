"""Measuring in the worker: what was changed, and once a day, or by new rules, everybody."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.core.access import REACH_ALL
from app.core.breathing import breathing
from app.core.clock import now
from app.core.fields import GROUPS
from app.core.jobs import job_work
from app.core.quality_rules import QualityRule
from app.core.work import Platform, UnitOfWork
from app.features.quality.measuring import Measure, Subject, groups_named, measure
from app.features.quality.repository import (
    MeasuredRepository,
    ProgressRepository,
    RuleRepository,
    ScoreRepository,
)
from app.features.quality.repository.progress import Change, Position

OPERATION: Final = "measure_quality"
BATCH: Final = 250
MOST_BATCHES: Final = 20  # the next turn, ten seconds later, goes on
AGAIN: Final = timedelta(days=1)


async def measure_what_is_due(platform: Platform) -> int:
    """Measure batch by batch as far as a turn goes; returns how many customers."""
    number = 0
    for _ in range(MOST_BATCHES):
        work = job_work(platform, OPERATION, REACH_ALL, *(f"{group}:read" for group in GROUPS))
        measured = await MeasuringService(work).next_batch()
        if measured is None:
            break
        number += measured
    return number


class MeasuringService:
    """One batch, in one transaction with its line: scores, issues and position move together."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._progress = ProgressRepository(work)
        self._customers = MeasuredRepository(work)
        self._scores = ScoreRepository(work)

    async def next_batch(self) -> int | None:
        """Measure the next customers; returns how many, None when nothing is due."""
        async with self._work.pinned():
            position = await self._progress.position()
            if position is None:
                return None
            rules = await RuleRepository(self._work).all()
            changes, to_xid = await self._progress.changes(position.to_xid)
            await self._progress.look_from(to_xid)
            if changes:
                return await self._changed(rules, changes)
            return await self._walk(rules, position)

    async def _changed(self, rules: Sequence[QualityRule], changes: Sequence[Change]) -> int:
        ids = [*dict.fromkeys(one for change in changes for one in change.customers)]
        for start in range(0, len(ids), BATCH):
            await self._measure(ids[start : start + BATCH], rules, changes)
        await self._leave_line(len(ids))
        return len(ids)

    async def _walk(self, rules: Sequence[QualityRule], position: Position) -> int | None:
        """Go on with the walk, or begin the next one if it is time or the rules are others."""
        known, at = _named(rules), now()
        began, after = position.walk_began_at, position.walked_to
        if known != position.rules or (after is None and (began is None or began < at - AGAIN)):
            began, after = at, None
        elif after is None:
            return None
        ids = await self._progress.next_customers(after, BATCH)
        await self._progress.walk_from(ids[-1] if len(ids) == BATCH else None, began or at, known)
        if ids:
            await self._measure(ids, rules, ())
            await self._leave_line(len(ids))
        return len(ids) or None

    async def _measure(
        self, ids: Sequence[UUID], rules: Sequence[QualityRule], changes: Sequence[Change]
    ) -> None:
        at, subjects = now(), await self._customers.subjects(ids)
        subjects = _touched(subjects, changes)
        measures: dict[UUID, Measure] = {}
        async for customer_id, subject in breathing(list(subjects.items()), 25):
            measures[customer_id] = measure(subject, rules, _everything, _everything)
        await self._scores.put(subjects, measures, at)
        await self._scores.drop([one for one in ids if one not in subjects])
        opened, closed = await self._scores.settle(ids, measures, at)
        told = self._work.line.detail.setdefault("issues", {"opened": 0, "closed": 0})
        told["opened"] += opened
        told["closed"] += closed

    async def _leave_line(self, number: int) -> None:
        """Tell how many were measured; whom does not matter, since nothing of them leaves."""
        self._work.line.detail["customers"] = number
        async with self._work.changing():
            pass


def _everything(_: object) -> bool:
    return True


def _touched(subjects: dict[UUID, Subject], changes: Sequence[Change]) -> dict[UUID, Subject]:
    """Note by field group what was changed."""
    fresh = {one: dict(subject.touched) for one, subject in subjects.items()}
    for change in changes:
        groups = dict.fromkeys(groups_named(change.names), change.at)
        for customer_id in change.customers:
            if customer_id in fresh:
                fresh[customer_id] |= groups
    return {one: Subject(subject.values, fresh[one]) for one, subject in subjects.items()}


def _named(rules: Sequence[QualityRule]) -> str:
    """Name the rules as they stand: another version, another name."""
    return " ".join(f"{rule.code}:{rule.version}" for rule in rules)
