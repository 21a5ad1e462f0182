"""The score of a customer, as far as whoever asks may know it."""

from functools import partial
from typing import Any, Final
from uuid import UUID

from app.core.quality_rules import QualityRule
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.quality.measuring import measure
from app.features.quality.repository import MeasuredRepository, RuleRepository
from app.features.quality.seeing import sees_path, sees_rule

SHOWN: Final = dict.fromkeys(("score", "parts", "missing", "broken", "stale"), "read")


class ScoreService:
    """Measures a customer anew, by the fields that the actor sees of it alone.

    The stored score counts every field: shown as it is, it would tell whether hidden ones are
    filled.
    """

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def get(self, customer_id: UUID) -> Shown:
        """Show score, parts and reasons; raises NotFound."""
        opened, subject = await MeasuredRepository(self._work).one(customer_id)
        rules = await RuleRepository(self._work).all()
        policy = opened.policy
        found = measure(subject, rules, partial(sees_path, policy), partial(sees_rule, policy))
        self._work.note([str(customer_id)], "customer-quality", SHOWN)
        values = {
            "customer_id": str(customer_id),
            "score": found.score,
            "parts": found.parts,
            "missing": [*found.missing],
            "broken": [_reason(rule) for rule in found.broken],
            "stale": [_reason(rule) for rule in found.stale],
        }
        return Shown(values, tagged=False)


def _reason(rule: QualityRule) -> dict[str, Any]:
    return {
        "rule": rule.code,
        "en": rule.en,
        "zh": rule.zh,
        "severity": rule.severity.value,
        "fields": [*rule.own],
    }
