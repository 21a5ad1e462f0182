"""Importing rules: many at once, each with its own answer; known ones are brought up to date."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any, Final

from app.core.problems import Problem
from app.core.quality_rules import PARAMETERS, StandardKind
from app.core.schemas import admit
from app.core.views import Listed
from app.core.work import UnitOfWork
from app.features.quality.schemas import RuleItem
from app.features.quality.service.rules import Family, QualityRuleService

OWN: Final = frozenset({"code", "en", "zh", "kind", "resource", "severity", "enabled"})
SEVERAL: Final = frozenset({"kinds", "tiers", "departments", "characters", "begins_with"})
LONGEST: Final = 5  # digits
NUMBERS: Final = frozenset({"least_length", "most_length"})


class RuleImportService:
    """Adds validation rules from a list or a table; a code that is taken is refused."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._service = QualityRuleService(work, Family.VALIDATION)

    async def run(self, items: Sequence[Mapping[str, Any]], *, dry_run: bool) -> Listed:
        """Answer each item in order; an item that will not do leaves the others alone."""
        self._work.line.detail["dry_run"] = dry_run
        async with AsyncExitStack() as stack:
            if not dry_run:
                await stack.enter_async_context(self._work.pinned())
                await stack.enter_async_context(self._work.changing())
            outcomes = [await self._outcome(item, dry_run=dry_run) for item in items]
            self._tell(outcomes)
        return Listed(outcomes)

    async def _outcome(self, item: Mapping[str, Any], *, dry_run: bool) -> dict[str, Any]:
        try:
            new = admit(RuleItem, nested(item), self._work.actor.policy)
            if dry_run:
                self._service.made(new)
            else:
                await self._service.add(new)
        except Problem as problem:
            return {"status": problem.status, "code": None, "problem": problem}
        return {"status": 201, "code": None if dry_run else new.code, "problem": None}

    def _tell(self, outcomes: Sequence[Mapping[str, Any]]) -> None:
        made = [one["code"] for one in outcomes if one["code"]]
        refused = Counter(one["problem"].slug for one in outcomes if one["problem"])
        self._work.line.detail |= {"rules": made, "refused": dict(refused)}
        self._work.line.changed.update(dict.fromkeys(RuleItem.model_fields if made else ()))


def nested(item: Mapping[str, Any]) -> dict[str, Any]:
    """Put the cells of a table where a rule has them: what its kind is told stands below."""
    if "parameters" in item or not all(isinstance(value, str) for value in item.values()):
        return dict(item)
    kind = str(item.get("kind"))
    fields = PARAMETERS[StandardKind(kind)].model_fields if kind in {*StandardKind} else {}
    known = {one.alias or name for name, one in fields.items()}
    told = {name: _read(name, cell) for name, cell in item.items() if name in known}
    rest = {name: _read(name, cell) for name, cell in item.items() if name not in known}
    return {**rest, "parameters": told}


def _read(name: str, cell: str) -> Any:
    if name in SEVERAL:
        return [part.strip() for part in cell.split(";") if part.strip()]
    if name == "enabled":
        return {"true": True, "false": False}.get(cell.strip().lower(), cell)
    plain = cell.strip()
    is_number = name in NUMBERS and plain.isascii() and plain.isdigit() and len(plain) <= LONGEST
    return int(plain) if is_number else plain
