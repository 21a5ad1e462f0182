"""Checks: whether a record as it is, or would be, breaks a rule; pure, and linear in its length."""

import operator
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from app.core import kinds
from app.core.access import Policy
from app.core.clock import CHINA, now, today
from app.core.fields import Field
from app.core.kinds import Invalid, Kind
from app.core.problems import Fault, Malformed
from app.core.quality_rules import (
    STAGES,
    CrossFieldParameters,
    FormatParameters,
    FreshnessParameters,
    QualityRule,
    RangeParameters,
    RequiredFromParameters,
    entry_of,
    paths_of,
)

Values = Mapping[str, Any]
TODAY: Final = "today"
FORMS: Final[Mapping[str, Kind]] = {
    "phone": kinds.PHONE,
    "email": kinds.EMAIL,
    "url": kinds.URL,
    "postcode_cn": kinds.POSTCODE_CN,
    "credit_code": kinds.CREDIT_CODE,
    "resident_id": kinds.RESIDENT_ID,
    "qq": kinds.QQ,
    "wechat": kinds.WECHAT,
}
COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "eq": operator.eq,
    "ne": operator.ne,
    "gte": operator.ge,
    "gt": operator.gt,
}
CHARACTERS: Final[Mapping[str, Callable[[str], bool]]] = {
    "digits": lambda one: one.isdecimal(),
    "latin": lambda one: "LATIN" in unicodedata.name(one, ""),
    "han": lambda one: "CJK UNIFIED" in unicodedata.name(one, ""),
    "space": str.isspace,
    "hyphen": lambda one: one == "-",
    "punctuation": lambda one: unicodedata.category(one).startswith("P"),
}


def is_filled(value: Any) -> bool:
    """Whether there is something in a field."""
    return value is not None and value not in ("", [], {})


def is_broken(rule: QualityRule, values: Values, customer: Values) -> bool:
    """Whether a row with these values, of a customer with those, breaks a rule that is for it."""
    if not rule.is_for(customer):
        return False
    told = rule.parameters
    if isinstance(told, RequiredFromParameters):
        return _is_due(told, customer) and not is_filled(values.get(told.field))
    value = _typed(rule, told.field, values)
    if not is_filled(value):
        return False
    if isinstance(told, FormatParameters):
        return not _has_form(told, str(value))
    if isinstance(told, RangeParameters):
        return not _is_within(told, value, _field(rule, told.field))
    other = _typed(rule, told.other, values)
    return is_filled(other) and not _compares(told.operator, value, other)


def _is_due(told: RequiredFromParameters, customer: Values) -> bool:
    stages = STAGES[told.stage]
    at = customer.get(told.stage)
    return at in stages and stages.index(str(at)) >= stages.index(told.from_)


def _has_form(told: FormatParameters, value: str) -> bool:
    least, most = told.least_length or 0, told.most_length or len(value)
    if not least <= len(value) <= most:
        return False
    if told.begins_with and not value.startswith(tuple(told.begins_with)):
        return False
    if told.characters and not all(_is_any(one, told.characters) for one in value):
        return False
    return told.form is None or _normalises(FORMS[told.form], value)


def _is_any(one: str, characters: list[Any]) -> bool:
    return any(CHARACTERS[name](one) for name in characters)


def _normalises(kind: Kind, value: Any) -> bool:
    try:
        kind.normalise(value)
    except Invalid:
        return False
    return True


def _is_within(told: RangeParameters, value: Any, entry: Field) -> bool:
    least, most = (_bound(entry, one) for one in (told.least, told.most))
    above = least is None or _compares("gte", value, least)
    return above and (most is None or _compares("lte", value, most))


def _bound(entry: Field, written: Any) -> Any:
    if written == TODAY and entry.kind in {kinds.DATE, kinds.TIMESTAMP}:
        return today(CHINA) if entry.kind is kinds.DATE else now()
    return None if written is None else entry.kind.normalise(written)


def _compares(name: str, one: Any, other: Any) -> bool:
    """Compare; what cannot be compared breaks nothing."""
    try:
        return COMPARE[name](one, other)
    except TypeError:
        return True


def _field(rule: QualityRule, name: str) -> Field:
    entry = entry_of(f"{rule.resource}.{name}")
    if entry is None:
        raise LookupError(name)
    return entry


def _typed(rule: QualityRule, name: str, values: Values) -> Any:
    """Return a stored value as its kind has it: sealed ones are kept as they are written."""
    value = values.get(name)
    if not isinstance(value, str):
        return value
    try:
        return _field(rule, name).kind.normalise(value)
    except Invalid:
        return value


def require_sound(rule: QualityRule, policy: Policy) -> None:
    """Refuse a rule that names what is not there, or cannot be compared; raises Malformed."""
    faults = [
        Fault("/parameters", "field-unknown")
        for path in rule.own
        if (entry := entry_of(path)) is None or policy.grade(entry) == "none"
    ]
    faults = faults[:1] or _unfitting(rule)
    if faults:
        raise Malformed(faults=faults)


def _unfitting(rule: QualityRule) -> list[Fault]:
    told = rule.parameters
    if isinstance(told, FreshnessParameters) and not paths_of(told.group):
        return [Fault("/parameters/group", "field-unknown")]
    if isinstance(told, RequiredFromParameters) and told.from_ not in STAGES[told.stage]:
        return [Fault("/parameters/from", "choice-unknown")]
    if isinstance(told, CrossFieldParameters):
        one, other = (_field(rule, name).kind.name for name in (told.field, told.other))
        return [] if one == other else [Fault("/parameters/other", "kinds-differ")]
    if isinstance(told, RangeParameters):
        return _bad_bounds(told, _field(rule, told.field))
    return []


def _bad_bounds(told: RangeParameters, entry: Field) -> list[Fault]:
    if "lt" not in entry.kind.operators:
        return [Fault("/parameters/field", "not-comparable")]
    faults = []
    for name in ("least", "most"):
        written = getattr(told, name)
        is_day = written == TODAY and entry.kind in {kinds.DATE, kinds.TIMESTAMP}
        if written is not None and not is_day and not _normalises(entry.kind, written):
            faults.append(Fault(f"/parameters/{name}", "unacceptable"))
    return faults


def moment_of(value: Any) -> datetime | None:
    """Return a stored moment, which may be written as text."""
    moment = kinds.TIMESTAMP.normalise(value) if isinstance(value, str) else value
    return moment if isinstance(moment, datetime) else None
