"""Rules: made, edited and switched off by those who manage them, each change on its line."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from app.core.clock import now
from app.core.paging import Asked
from app.core.parameters import read_parameters
from app.core.permissions import Permission
from app.core.problems import Fault, Malformed, NotFound, NotPermitted, Stale
from app.core.quality_rules import (
    PARAMETERS,
    VALIDATION,
    QualityRule,
    StandardKind,
    StandardSeverity,
    told_of,
)
from app.core.rule_checks import require_sound
from app.core.views import Listed, Shown, etag_of
from app.core.work import UnitOfWork
from app.features.quality.problems import QualityRuleCodeTaken
from app.features.quality.repository import RuleRepository
from app.features.quality.schemas import NewQualityRule, is_code, shown_rule
from app.features.quality.seeing import knows_rule
from app.features.quality.service.reach import departments_for
from app.features.staff.pages import page_of

ANY_STATE: Final = "*"


class Family(StrEnum):
    """Rules that are listed together."""

    VALIDATION = "validation-rules"
    FRESHNESS = "freshness-rules"
    WEIGHTS = "completeness-rules"

    @property
    def kinds(self) -> frozenset[StandardKind]:
        """The kinds of rules in it."""
        return VALIDATION if self is Family.VALIDATION else frozenset({_SINGLE[self]})


_SINGLE: Final = {Family.FRESHNESS: StandardKind.FRESHNESS, Family.WEIGHTS: StandardKind.WEIGHTS}


class QualityRuleService:
    """What may be done with the rules of a family; those about hidden fields are not there."""

    def __init__(self, work: UnitOfWork, family: Family) -> None:
        self._work = work
        self._family = family
        self._rules = RuleRepository(work)

    async def page(self, asked: Asked) -> Listed:
        """List the rules by code."""
        found = [shown_rule(rule) for rule in await self._rules.all() if self._is_there(rule)]
        return page_of(found, "code", asked, self._work.platform.sealing)

    async def get(self, code: str) -> Shown:
        """Show a rule; raises NotFound."""
        return Shown(shown_rule(await self._the(code)))

    async def create(self, new: NewQualityRule) -> Shown:
        """Add a rule; raises QualityRuleCodeTaken, Malformed and NotPermitted."""
        async with self._work.pinned(), self._work.changing():
            rule = await self.add(new)
            self._note(rule.code, new.values(), after=_told(rule))
        return Shown(shown_rule(rule), location=f"/v1/{self._family}/{rule.code}")

    async def add(self, new: NewQualityRule) -> QualityRule:
        """Add a rule in the change under way; raises the same."""
        rule = self.made(new)
        if not await self._rules.add(rule):
            raise QualityRuleCodeTaken
        return rule

    def made(self, new: NewQualityRule) -> QualityRule:
        """Make a rule of what came in; raises Malformed and NotPermitted."""
        kind = StandardKind(new.kind)
        if not is_code(new.code) or kind not in self._family.kinds:
            at = "/kind" if is_code(new.code) else "/code"
            raise Malformed(faults=[Fault(at, "unacceptable")])
        rule = QualityRule(
            code=new.code,
            en=new.en,
            zh=new.zh,
            kind=kind,
            resource=new.resource,
            parameters=read_parameters(PARAMETERS, kind, new.parameters),
            severity=StandardSeverity(new.severity),
            kinds=tuple(new.kinds),
            tiers=tuple(new.tiers),
            departments=tuple(new.values().get("departments", ())),
            enabled=new.enabled,
            version=1,
            changed_at=now(),
            changed_by=self._work.actor.actor_id,
        )
        require_sound(rule, self._work.actor.policy)
        self._require_within(rule)
        return rule

    async def change(self, code: str, seen: str, sent: Mapping[str, Any]) -> Shown:
        """Edit a rule, or switch it on or off; raises NotFound, Stale, Malformed and others."""
        async with self._work.pinned(), self._work.changing():
            rule = await self._the(code, locked=True)
            _require_seen(rule, seen)
            self._require_within(rule)
            after = self._changed(rule, sent)
            require_sound(after, self._work.actor.policy)
            self._require_within(after)
            await self._rules.keep(after)
            self._note(code, sent, before=_told(rule), after=_told(after))
        return Shown(shown_rule(after))

    async def remove(self, code: str, seen: str) -> None:
        """Remove a rule; raises NotFound, Stale and NotPermitted."""
        async with self._work.pinned(), self._work.changing():
            rule = await self._the(code, locked=True)
            _require_seen(rule, seen)
            self._require_within(rule)
            await self._rules.drop(code)
            self._note(code, ["code"], before=_told(rule))

    def _changed(self, rule: QualityRule, sent: Mapping[str, Any]) -> QualityRule:
        told = {**told_of(rule.parameters), **sent.get("parameters", {})}
        kept = {name: value for name, value in told.items() if value is not None}
        parameters = read_parameters(PARAMETERS, rule.kind, kept)
        if parameters.fixed() != rule.parameters.fixed():
            raise Malformed(faults=[Fault("/parameters", "fixed-in-a-rule")])
        plain = {name: sent[name] for name in ("en", "zh", "enabled") if name in sent}
        several: dict[str, Any] = {
            n: tuple(sent[n]) for n in ("kinds", "tiers", "departments") if n in sent
        }
        return replace(
            rule,
            **plain,
            **several,
            parameters=parameters,
            severity=StandardSeverity(sent.get("severity", rule.severity)),
            version=rule.version + 1,
            changed_at=now(),
            changed_by=self._work.actor.actor_id,
        )

    async def _the(self, code: str, *, locked: bool = False) -> QualityRule:
        found = await self._rules.rule(code, locked=locked) if is_code(code) else None
        if found is None or not self._is_there(found):
            raise NotFound
        return found

    def _is_there(self, rule: QualityRule) -> bool:
        return rule.kind in self._family.kinds and knows_rule(self._work.actor.policy, rule)

    def _require_within(self, rule: QualityRule) -> None:
        """Let who manages some departments make rules for these; raises Malformed, NotPermitted."""
        reached = departments_for(self._work.actor, Permission.QUALITY_MANAGE)
        if reached is None:
            return
        if not reached:
            raise NotPermitted
        named: set[UUID] = {*rule.departments}
        if not named or not named <= reached:
            raise Malformed(faults=[Fault("/departments", "department-out-of-reach")])

    def _note(self, code: str, names: Any, **told: Any) -> None:
        self._work.line.changed.update(dict.fromkeys(names))
        self._work.line.detail.update(rule=code, **told)


def _require_seen(rule: QualityRule, seen: str) -> None:
    etag = etag_of(shown_rule(rule))
    if seen not in {ANY_STATE, etag}:
        raise Stale(headers={"ETag": etag})


def _told(rule: QualityRule) -> dict[str, Any]:
    """Return what a line keeps of a rule, so that the trail says what was switched off."""
    return {
        "parameters": told_of(rule.parameters),
        "severity": rule.severity.value,
        "kinds": [*rule.kinds],
        "tiers": [*rule.tiers],
        "departments": [str(one) for one in rule.departments],
        "enabled": rule.enabled,
    }
