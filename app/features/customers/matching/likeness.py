"""What of a customer is compared, made ready once; and from which fields it comes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from app.core.pinyin import plain
from app.features.customers.matching.naming import Name, read_name

_PREFIX: Final = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区))?(?:[\u4e00-\u9fff]{2,6}?市)?"
    r"(?:[\u4e00-\u9fff]{1,6}?(?<![小社园校])(?:区|县))?"
)
_DIGITS: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Place:
    """An address made ready: without its region, and its numbers apart."""

    line: str
    numbers: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """Read an address."""
        line = _PREFIX.sub("", plain(text))
        bare = line.replace(" ", "")
        return cls(bare or plain(text), tuple(_DIGITS.findall(line)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A customer as it is compared; what is missing or not seen is empty, and says nothing."""

    person: bool
    names: tuple[Name, ...] = ()
    phones: tuple[str, ...] = ()
    main_phone: str | None = None
    emails: frozenset[str] = frozenset()
    wechats: frozenset[str] = frozenset()
    document: str | None = None
    credit_code: str | None = None
    birth_date: str | None = None
    places: tuple[Place, ...] = ()
    city: str | None = None
    postcode: str | None = None


def likeness_of(
    customer: Mapping[str, Any],
    profile: Mapping[str, Any],
    contacts: Iterable[Mapping[str, Any]] = (),
    addresses: Iterable[Mapping[str, Any]] = (),
) -> Likeness:
    """Make a customer ready, from those of its values that may be weighed."""
    person = customer.get("kind") != "organization"
    called = (customer.get("name"), customer.get("other_name"), profile.get("legal_name"))
    points = [(one.get("type"), str(one.get("value") or "")) for one in contacts]
    main = customer.get("phone")
    lines = (customer.get("address"), *(one.get("line") for one in addresses))
    city, birth = customer.get("city"), profile.get("birth_date")
    return Likeness(
        person=person,
        names=tuple(dict.fromkeys(read_name(name, person=person) for name in called if name)),
        phones=_all(main, points, "phone"),
        main_phone=main,
        emails=frozenset(v.casefold() for v in _all(customer.get("email"), points, "email")),
        wechats=frozenset(v.casefold() for v in _all(customer.get("wechat"), points, "wechat")),
        document=profile.get("id_number"),
        credit_code=profile.get("registration_no"),
        birth_date=str(birth).replace("-", "") if birth else None,
        places=tuple(dict.fromkeys(Place.of(line) for line in lines if line)),
        city=plain(city).removesuffix("市") if city else None,
        postcode=customer.get("postcode"),
    )


def _all(main: str | None, points: Iterable[tuple[Any, str]], kind: str) -> tuple[str, ...]:
    found = [main, *(value for of, value in points if of == kind)]
    return tuple(dict.fromkeys(value for value in found if value))
