"""Contact values: each type of contact point checks its value by its own kind."""

from collections.abc import Mapping
from typing import Any, Final

from app.core import kinds
from app.core.kinds import Invalid, Kind
from app.core.problems import Fault, Malformed

BY_TYPE: Final[Mapping[str, Kind]] = {
    "phone": kinds.PHONE,
    "fax": kinds.PHONE,
    "email": kinds.EMAIL,
    "wechat": kinds.WECHAT,
    "qq": kinds.QQ,
    "website": kinds.URL,
}


def checked_contact(values: Mapping[str, Any], pointer: str = "") -> dict[str, Any]:
    """Return the values with `value` normalised by its type; raises Malformed."""
    kind = BY_TYPE.get(values.get("type", ""))
    if kind is None or values.get("value") is None:
        return dict(values)
    try:
        return {**values, "value": kind.normalise(values["value"])}
    except Invalid as refused:
        raise Malformed(faults=[Fault(f"{pointer}/value", refused.code)]) from None
