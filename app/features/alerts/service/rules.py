"""Rules: edited and switched off by those who manage them, each change on its line."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from app.core.clock import now
from app.core.paging import Asked
from app.core.parameters import read_parameters
from app.core.problems import Fault, Malformed, NotFound, Stale
from app.core.views import Listed, Shown, etag_of
from app.core.work import UnitOfWork
from app.features.alerts.matching import Rule
from app.features.alerts.models import Severity
from app.features.alerts.parameters import PARAMETERS, RuleKind
from app.features.alerts.problems import AlertRuleCodeTaken, AlertRuleShipped
from app.features.alerts.repository import RuleRepository
from app.features.alerts.schemas import AlertRuleView, NewAlertRule, is_code
from app.features.staff.pages import page_of

ANY_STATE: Final = "*"


class AlertRuleService:
    """What may be done with rules."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._rules = RuleRepository(work)

    async def page(self, asked: Asked) -> Listed:
        """List the rules by code."""
        rules = await self._rules.all()
        return page_of(map(_view, rules), "code", asked, self._work.platform.sealing)

    async def get(self, code: str) -> Shown:
        """Show a rule; raises NotFound."""
        return Shown(_view(await self._the(code)))

    async def create(self, new: NewAlertRule) -> Shown:
        """Add a rule of one's own; raises AlertRuleCodeTaken and Malformed."""
        if not is_code(new.code):
            raise Malformed(faults=[Fault("/code", "unacceptable")])
        kind = RuleKind(new.kind)
        rule = Rule(
            code=new.code,
            en=new.en,
            zh=new.zh,
            kind=kind,
            parameters=read_parameters(PARAMETERS, kind, new.parameters),
            severity=Severity(new.severity),
            enabled=new.enabled,
            version=1,
            is_shipped=False,
            changed_at=now(),
            changed_by=self._work.actor.actor_id,
        )
        async with self._work.pinned(), self._work.changing():
            if not await self._rules.add(rule):
                raise AlertRuleCodeTaken
            self._note(rule.code, new.values(), after=_told(rule))
        return Shown(_view(rule), location=f"/v1/alert-rules/{rule.code}")

    async def change(self, code: str, seen: str, sent: Mapping[str, Any]) -> Shown:
        """Edit a rule, or switch it on or off; raises NotFound, Stale and Malformed."""
        async with self._work.pinned(), self._work.changing():
            rule = await self._the(code, locked=True)
            _require_seen(rule, seen)
            after = self._changed(rule, sent)
            await self._rules.keep(after)
            self._note(code, sent, before=_told(rule), after=_told(after))
        return Shown(_view(after))

    async def remove(self, code: str, seen: str) -> None:
        """Remove a rule of one's own; raises NotFound, Stale and AlertRuleShipped."""
        async with self._work.pinned(), self._work.changing():
            rule = await self._the(code, locked=True)
            _require_seen(rule, seen)
            if rule.is_shipped:
                raise AlertRuleShipped
            await self._rules.drop(code)
            self._note(code, ["code"], before=_told(rule))

    def _changed(self, rule: Rule, sent: Mapping[str, Any]) -> Rule:
        told = {**rule.parameters.model_dump(), **sent.get("parameters", {})}
        kept = {name: value for name, value in told.items() if value is not None}
        return replace(
            rule,
            en=sent.get("en", rule.en),
            zh=sent.get("zh", rule.zh),
            parameters=read_parameters(PARAMETERS, rule.kind, kept),
            severity=Severity(sent.get("severity", rule.severity)),
            enabled=sent.get("enabled", rule.enabled),
            version=rule.version + 1,
            changed_at=now(),
            changed_by=self._work.actor.actor_id,
        )

    async def _the(self, code: str, *, locked: bool = False) -> Rule:
        found = await self._rules.rule(code, locked=locked) if is_code(code) else None
        if found is None:
            raise NotFound
        return found

    def _note(self, code: str, names: Any, **told: Any) -> None:
        self._work.line.changed.update(dict.fromkeys(names))
        self._work.line.detail.update(rule=code, **told)


def _require_seen(rule: Rule, seen: str) -> None:
    etag = etag_of(_view(rule))
    if seen not in {ANY_STATE, etag}:
        raise Stale(headers={"ETag": etag})


def _told(rule: Rule) -> dict[str, Any]:
    """Return what a line keeps of a rule, so that the trail says what was switched off."""
    return {
        "parameters": rule.parameters.model_dump(),
        "severity": rule.severity.value,
        "enabled": rule.enabled,
    }


def _view(rule: Rule) -> dict[str, Any]:
    values = {name: getattr(rule, name) for name in AlertRuleView.model_fields}
    by = str(rule.changed_by) if rule.changed_by else None
    return values | {"parameters": rule.parameters.model_dump(), "changed_by": by}
