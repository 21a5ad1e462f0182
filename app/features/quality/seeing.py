"""Seeing: which rules tell an actor nothing that the fields themselves would not."""

from collections.abc import Sequence

from app.core.access import Decision, Policy
from app.core.fields import Field
from app.core.grants import Where
from app.core.quality_rules import QualityRule, entry_of
from app.core.remembering import remembered


def is_open(policy: Policy, entry: Field) -> bool:
    """Whether a value is there to be seen in clear, be it in the act of revealing."""
    return policy.on_read(entry) is Decision.SHOW or policy.may_reveal(entry)


def sees_path(policy: Policy, path: str) -> bool:
    """Whether somebody sees if a field is filled."""
    entry = entry_of(path)
    return entry is not None and policy.on_read(entry) is not Decision.HIDE


def sees_rule(policy: Policy, rule: QualityRule) -> bool:
    """Whether somebody sees all that a breach of a rule tells of."""
    return all(is_open(policy, entry) for entry in rule.entries())


def knows_rule(policy: Policy, rule: QualityRule) -> bool:
    """Whether somebody may know of a rule: none of its fields is hidden."""
    return all(policy.on_read(entry) is not Decision.HIDE for entry in rule.entries())


def wheres_of(policy: Policy, rule: QualityRule) -> tuple[Where, ...]:
    """Return for which customers somebody sees all that a breach of a rule tells of."""
    entries = rule.entries()
    if not policy.parts:
        return policy.wheres() if _all_open(policy, entries) else ()
    return policy.wheres(lambda part: _all_open(part, entries))


def _all_open(policy: Policy, entries: Sequence[Field]) -> bool:
    return all(is_open(policy, entry) for entry in entries)


@remembered(512)
def sees_everything(policy: Policy, paths: tuple[str, ...]) -> bool:
    """Whether somebody sees of all these fields if they are filled."""
    return all(sees_path(policy, path) for path in paths)
