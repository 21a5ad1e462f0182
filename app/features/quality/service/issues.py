"""Issues: looked through and set aside, by those who see all that they tell of."""

from typing import Any, Final
from uuid import UUID

from app.core.cursors import read_cursor, write_cursor
from app.core.paging import Asked, read_limit
from app.core.permissions import Permission
from app.core.problems import NotFound, NotPermitted
from app.core.quality_rules import QualityRule
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.quality.models import IssueState
from app.features.quality.problems import IssueSettled
from app.features.quality.repository import IssueRepository, RuleRepository
from app.features.quality.schemas import IssueView, read_issue_filters

SHOWN: Final = dict.fromkeys(IssueView.model_fields, "read")


class IssueService:
    """What may be done with issues."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._rules = RuleRepository(work)
        self._issues = IssueRepository(work)

    async def page(self, asked: Asked) -> Listed:
        """List issues, the newest first; open ones unless another state is asked for."""
        narrowed = read_issue_filters(asked)
        limit, cursor = read_limit(asked.one("limit")), asked.one("cursor")
        sealing, place = self._work.platform.sealing, f"issues {sorted(narrowed.items())}"
        before = {"before": UUID(read_cursor(sealing, place, cursor)[0])} if cursor else {}
        rules = {rule.code: rule for rule in await self._rules.all()}
        found = await self._issues.page(rules.values(), {**narrowed, **before}, limit + 1)
        shown, more = found[:limit], len(found) > limit
        following = write_cursor(sealing, place, [str(shown[-1]["issue_id"])]) if more else None
        self._work.note([str(row["customer_id"]) for row in shown], "quality-issues", SHOWN)
        return Listed([_view(row, rules[row["rule_code"]]) for row in shown], following)

    async def ignore(self, issue_id: UUID) -> Shown:
        """Set an open issue aside; raises NotFound, NotPermitted and IssueSettled."""
        return await self._settle(issue_id, IssueState.OPEN, IssueState.IGNORED)

    async def open(self, issue_id: UUID) -> Shown:
        """Take an ignored issue up again; raises the same."""
        return await self._settle(issue_id, IssueState.IGNORED, IssueState.OPEN)

    async def _settle(self, issue_id: UUID, before: IssueState, after: IssueState) -> Shown:
        rules = {rule.code: rule for rule in await self._rules.all()}
        async with self._work.pinned(), self._work.changing():
            found = await self._issues.find(rules.values(), issue_id)
            if found is None:
                raise NotFound
            managing = await self._issues.find(rules.values(), issue_id, Permission.QUALITY_MANAGE)
            if managing is None:
                raise NotPermitted
            if found["state"] != before.value:
                raise IssueSettled
            row = await self._issues.settle(found, after.value)
            self._work.note([str(row["customer_id"])], "quality-issues", SHOWN)
            self._work.line.changed["state"] = None
            told = {"issue_id": str(issue_id), "rule": row["rule_code"], "state": after.value}
            self._work.line.detail["issue"] = told
        return Shown(_view(row, rules[row["rule_code"]]), tagged=False)


def _view(row: dict[str, Any], rule: QualityRule) -> dict[str, Any]:
    values = {
        **row,
        "rule": rule.code,
        "en": rule.en,
        "zh": rule.zh,
        "severity": rule.severity.value,
        "fields": [*rule.own],
    }
    return {
        name: str(values[name]) if isinstance(values[name], UUID) else values[name]
        for name in IssueView.model_fields
    }
