"""What a role is made of: its scopes taken apart for people, and put together from a draft."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.core.access import REACH_ALL
from app.core.fields import GROUPS, Field
from app.core.grants import Grant, Reach, Where, read_grant
from app.core.permissions import Permission
from app.core.problems import Fault, Malformed
from app.core.records import RESOURCES

PERMISSIONS: Final = frozenset(permission.value for permission in Permission)
# Each different reach or condition is one more case that every list has to tell apart.
MOST_WHERES: Final = 20


@dataclass(frozen=True, slots=True)
class Contents:
    """What a role grants: acts, fields, and how far its grants reach unless they say otherwise."""

    permissions: tuple[str, ...]
    reach: Reach
    grants: tuple[Grant, ...]

    @classmethod
    def of(cls, scopes: Iterable[str]) -> "Contents":
        """Take scopes apart; what is neither permission nor grant grants nothing."""
        held = sorted(scopes)
        read = [read_grant(scope) for scope in held if scope not in PERMISSIONS]
        return cls(
            tuple(scope for scope in held if scope in PERMISSIONS),
            Reach.ALL if REACH_ALL in held else Reach.BELOW,
            tuple(grant for grant in read if grant is not None),
        )

    def scopes(self) -> list[str]:
        """Put the scopes together; whoever signs in may see themselves."""
        reach = {REACH_ALL} if self.reach is Reach.ALL else set()
        grants = {grant.text() for grant in self.grants}
        return sorted({Permission.SIGNED_IN.value, *self.permissions, *grants, *reach})

    def where(self, grant: Grant) -> Where:
        """Return for which customers something is granted."""
        return Where(grant.reach or self.reach, grant.when)

    def shown(self) -> dict[str, Any]:
        """Return the members of a view."""
        return {
            "reach": self.reach.value,
            "permissions": list(self.permissions),
            "grants": [_grant(grant) for grant in self.grants],
        }


def _grant(grant: Grant) -> dict[str, Any]:
    return {
        "target": grant.target,
        "grade": str(grant.grade),
        "reach": grant.reach.value if grant.reach else None,
        "when": {name: list(values) for name, values in grant.when},
    }


def changed_contents(before: Contents, sent: Mapping[str, Any]) -> Contents:
    """Put what was sent in the place of what was there; each list whole, or not at all.

    Raises Malformed, with a pointer to each name or value that is unknown.
    """
    grants, permissions = sent.get("grants"), sent.get("permissions")
    faults = [*_unknown(permissions or ()), *_ungrantable(grants or ())]
    if faults:
        raise Malformed(faults=faults)
    after = Contents(
        before.permissions if permissions is None else tuple(sorted({*permissions})),
        Reach(sent.get("reach", before.reach)),
        before.grants if grants is None else tuple(_read(one) for one in grants),
    )
    if len({after.where(grant) for grant in after.grants}) > MOST_WHERES:
        raise Malformed(faults=[Fault("/grants", "list-too-long")])
    return after


def _read(sent: Mapping[str, Any]) -> Grant:
    when = sorted((sent.get("when") or {}).items())
    return Grant(
        sent["target"],
        sent["grade"],
        Reach(sent["reach"]) if sent.get("reach") else None,
        tuple((name, tuple(sorted({*values}))) for name, values in when),
    )


def _unknown(permissions: Sequence[str]) -> list[Fault]:
    return [
        Fault(f"/permissions/{place}", "permission-unknown")
        for place, name in enumerate(permissions)
        if name not in PERMISSIONS
    ]


def _ungrantable(grants: Sequence[Mapping[str, Any]]) -> list[Fault]:
    faults: list[Fault] = []
    known: set[Grant] = set()
    for place, sent in enumerate(grants):
        found = _faults(f"/grants/{place}", sent)
        if not found and _read(sent) in known:
            found = [Fault(f"/grants/{place}", "given-twice")]
        if not found:
            known.add(_read(sent))
        faults += found
    return faults


def _faults(pointer: str, sent: Mapping[str, Any]) -> list[Fault]:
    faults = [] if is_target(sent["target"]) else [Fault(f"{pointer}/target", "target-unknown")]
    for name, values in (sent.get("when") or {}).items():
        choices = conditions().get(name)
        if choices is None:
            faults.append(Fault(f"{pointer}/when", "condition-unknown"))
        elif not values:
            faults.append(Fault(f"{pointer}/when/{name}", "list-empty"))
        else:
            wrong = [place for place, value in enumerate(values) if value not in choices]
            faults += [Fault(f"{pointer}/when/{name}/{place}", "choice-unknown") for place in wrong]
    return faults


def is_target(name: str) -> bool:
    """Whether this names a field group, or one field of a resource: `customers.phone`."""
    resource, _, member = name.partition(".")
    record = RESOURCES.get(resource)
    return name in GROUPS or (record is not None and member in record.fields)


def conditions() -> dict[str, frozenset[str]]:
    """Return the members of a customer that a grant may hang on, with their values."""
    fields = RESOURCES["customers"].fields.values()
    return {
        entry.name: _choices(entry) for entry in fields if not entry.is_sealed and _choices(entry)
    }


def _choices(entry: Field) -> frozenset[str]:
    return frozenset(one.value for one in entry.kind.choices or ())
