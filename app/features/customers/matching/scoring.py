"""The score of two customers: findings, their weights, and what shared things of a family count."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from app.features.customers.matching.evidence import LEVELS, PRIOR
from app.features.customers.matching.likeness import Likeness, Place
from app.features.customers.matching.naming import compare_names

LIKELY: Final = 0.5  # below it a pair is not worth a steward's look
MOST_BITS: Final = 30.0
# Findings that people of one roof or one office share: with another given name they are evidence
# of the roof, not of one person, so they hang together and count together for so many bits at most.
ROOF: Final = frozenset(("phone", "phone_other", "address", "address_alike", "city", "postcode"))
SHARED: Final = ROOF | {"phone_slip", "email", "email_slip"}
OTHER_PERSON: Final = frozenset({"name_family", "name_differs"})
MOST_SHARED: Final = 12.0
MOST_SHARED_NEAR: Final = 16.0
SURE: Final = frozenset({"document", "credit_code"})
SLIP: Final = 1
ALIKE: Final = 80.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """How likely two records are one customer, and by what."""

    score: float
    reasons: tuple[str, ...]


def compare(one: Likeness, other: Likeness) -> Verdict:
    """Weigh two records; what either lacks says nothing."""
    if one.person != other.person:
        return Verdict(0.0, ())
    found = [*_findings(one, other)]
    bits = min(MOST_BITS, PRIOR + _weighed(found))
    told = sorted(set(found), key=lambda code: (-abs(LEVELS[code].weight), code))
    return Verdict(round(1 / (1 + 2**-bits), 4), tuple(told))


def _weighed(found: list[str]) -> float:
    """Add the weights; what a household shares counts once where the names are of two persons."""
    shared, most = _household(found)
    together = sum(LEVELS[code].weight for code in found if code in shared)
    return min(together, most) + sum(LEVELS[code].weight for code in found if code not in shared)


def _household(found: list[str]) -> tuple[frozenset[str], float]:
    """Return which findings hang together, and for how many bits they count at most."""
    if not SURE.isdisjoint(found):
        return frozenset(), 0.0
    if not OTHER_PERSON.isdisjoint(found):
        return SHARED, MOST_SHARED
    if "name_sibling" in found:
        return ROOF, MOST_SHARED
    return (ROOF, MOST_SHARED_NEAR) if "name_slip" in found else (frozenset(), 0.0)


def _findings(one: Likeness, other: Likeness) -> Iterator[str]:
    yield from _names(one, other)
    yield from _phones(one, other)
    yield from _accounts(one, other)
    yield from _number("document", one.document, other.document)
    yield from _number("credit_code", one.credit_code, other.credit_code)
    yield from _births(one.birth_date, other.birth_date)
    yield from _addresses(one.places, other.places)
    if one.city and other.city:
        yield "city" if one.city == other.city else "city_differs"
    if one.postcode and one.postcode == other.postcode:
        yield "postcode"


def _names(one: Likeness, other: Likeness) -> Iterator[str]:
    """Yield the best finding about any of the names of either."""
    pairs = [(near, far) for near in one.names for far in other.names]
    if not pairs:
        return
    found = (compare_names(near, far, person=one.person) for near, far in pairs)
    yield max(found, key=lambda code: LEVELS[code].weight)
    near, far = one.names[0], other.names[0]
    if near.places and far.places and near.places.isdisjoint(far.places):
        yield "region_differs"


def _phones(one: Likeness, other: Likeness) -> Iterator[str]:
    if not (one.phones and other.phones):
        return
    if one.main_phone and one.main_phone == other.main_phone:
        yield "phone"
    elif not set(one.phones).isdisjoint(other.phones):
        yield "phone_other"
    else:
        yield "phone_slip" if _any_slip(one.phones, other.phones) else "phone_differs"


def _accounts(one: Likeness, other: Likeness) -> Iterator[str]:
    if one.emails and other.emails:
        if not one.emails.isdisjoint(other.emails):
            yield "email"
        else:
            yield "email_slip" if _any_slip(one.emails, other.emails) else "email_differs"
    if not one.wechats.isdisjoint(other.wechats):
        yield "wechat"


def _number(code: str, one: str | None, other: str | None) -> Iterator[str]:
    if one and other:
        if one == other:
            yield code
        else:
            yield f"{code}_slip" if _is_slip(one, other) else f"{code}_differs"


def _births(one: str | None, other: str | None) -> Iterator[str]:
    if one and other:
        if one == other:
            yield "birth"
        else:
            is_turned = one[:4] == other[:4] and one[4:6] + one[6:] == other[6:] + other[4:6]
            yield "birth_slip" if is_turned or _is_slip(one, other) else "birth_differs"


def _addresses(one: Iterable[Place], other: Iterable[Place]) -> Iterator[str]:
    pairs = [(near, far) for near in one for far in other]
    if not pairs:
        return
    if any(near.line == far.line for near, far in pairs):
        yield "address"
    else:
        yield "address_alike" if any(_is_alike(*pair) for pair in pairs) else "address_differs"


def _is_alike(one: Place, other: Place) -> bool:
    """Whether one address holds the other, or differs in letters but hardly in its numbers."""
    alike = ratio(one.line, other.line)
    is_same_number = one.numbers[:1] == other.numbers[:1]
    return alike >= ALIKE and is_same_number


def _any_slip(ones: Iterable[str], others: Iterable[str]) -> bool:
    return any(_is_slip(one, other) for one in ones for other in others)


def _is_slip(one: str, other: str) -> bool:
    """Whether one character is wrong, missing, too much, or changed places with the next."""
    return OSA.distance(one, other, score_cutoff=SLIP) <= SLIP
