"""Chinese customers that do not exist, typed twice with slips, among families and namesakes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from app.core.readings import readings
from app.features.customers.matching import Likeness, likeness_of
from bench.people import GIVEN, GOODS, SURNAMES, TRADES

CITIES: Final = ("北京市", "上海市", "广州市", "成都市", "武汉市", "杭州市", "西安市", "南京市")
ROADS: Final = (
    "示例路",
    "样例街",
    "演示大道",
    "试验巷",
    "范例路",
    "模拟东路",
    "虚构西街",
    "测试里",
)
FORMS: Final = ("有限公司", "有限责任公司", "股份有限公司")
PREFIXES: Final = ("130", "133", "135", "138", "139", "150", "152", "158", "177", "186", "199")


@dataclass(frozen=True, slots=True)
class Typed:
    """A record as somebody typed it, and which customer it is truly of."""

    entity: int
    customer: dict[str, Any]
    profile: dict[str, Any]
    contacts: tuple[dict[str, Any], ...] = ()

    def likeness(self) -> Likeness:
        """Return it ready to be compared."""
        return likeness_of(self.customer, self.profile, self.contacts)


def records(count: int, random: Random) -> Iterator[Typed]:
    """Yield records of customers, most of them once, others twice with slips, and hard strangers.

    One in ten is a company. Of ten persons three are there twice, one has a relative at the same
    address, mostly with the same phone, and one a namesake in the same city.
    """
    entity = 0
    for _ in range(count):
        entity += 1
        if random.random() < 0.1:
            company = _company(entity, random)
            yield company
            yield from _others(company, entity, random, _company_again, _branch)
        else:
            person = _person(entity, random)
            yield person
            yield from _others(person, entity, random, _again, _relative)
        entity += 1


Maker = Callable[[Typed, Random], Typed]


def _others(one: Typed, entity: int, random: Random, again: Maker, near: Maker) -> Iterator[Typed]:
    chance = random.random()
    if chance < 0.3:
        yield again(one, random)
    elif chance < 0.4:
        yield replace(near(one, random), entity=entity + 1)
    elif chance < 0.5:
        stranger = _person(entity + 1, random)
        same = {name: one.customer[name] for name in ("name", "city")}
        if one.customer["kind"] == "person":
            yield replace(stranger, customer={**stranger.customer, **same})


def _given(random: Random) -> str:
    return "".join(random.choice(GIVEN) for _ in range(random.choice((1, 2, 2, 2))))


def _phone(random: Random) -> str:
    return f"+86{random.choice(PREFIXES)}{random.randrange(10**8):08d}"


def _address(random: Random) -> str:
    house, block, room = (random.randint(*span) for span in ((1, 300), (1, 30), (101, 2404)))
    return f"{random.choice(ROADS)}{house}号{block}栋{room}室"


def _maybe(random: Random, chance: float, value: Any) -> Any:
    return value if random.random() < chance else None


def _person(entity: int, random: Random) -> Typed:
    name = random.choice(SURNAMES) + _given(random)
    born = date(1950, 1, 1) + timedelta(days=random.randrange(20000))
    customer = {
        "kind": "person",
        "name": name,
        "phone": _maybe(random, 0.95, _phone(random)),
        "email": _maybe(random, 0.4, f"user{random.randrange(10**7)}@example.com"),
        "wechat": _maybe(random, 0.3, f"wx_{random.randrange(10**8)}"),
        "city": random.choice(CITIES),
        "address": _maybe(random, 0.7, _address(random)),
    }
    number = (
        f"{random.choice(('110000', '310000', '440000'))}{born:%Y%m%d}{random.randrange(10**4):04d}"
    )
    profile = {
        "birth_date": _maybe(random, 0.6, born.isoformat()),
        "id_number": _maybe(random, 0.2, number),
    }
    return Typed(entity, customer, profile)


def _again(one: Typed, random: Random) -> Typed:
    """Type a person anew: one or two slips, some fields left out."""
    customer, profile = dict(one.customer), dict(one.profile)
    contacts: tuple[dict[str, Any], ...] = ()
    for slip in random.sample(("sound", "swap", "wrong", "phone", "old", "birth", "road", ""), 2):
        if slip in {"sound", "swap", "wrong"}:
            customer["name"] = _slipped_name(one.customer["name"], slip, random)
        elif slip == "phone" and customer["phone"]:
            customer["phone"] = _digit(customer["phone"], random, first=6)
        elif slip == "old" and customer["phone"] and not contacts:
            contacts = ({"type": "phone", "value": customer["phone"]},)
            customer["phone"] = _phone(random)
        elif slip == "birth" and profile["birth_date"]:
            profile["birth_date"] = _digit(profile["birth_date"], random, first=8, last=10)
        elif slip == "road" and customer["address"]:
            customer["address"] = customer["city"] + customer["address"].replace("栋", "幢")
    for name in ("email", "wechat", "city", "address"):
        customer[name] = _maybe(random, 0.75, customer[name])
    return Typed(
        one.entity, customer, {n: _maybe(random, 0.7, v) for n, v in profile.items()}, contacts
    )


def _slipped_name(name: str, slip: str, random: Random) -> str:
    at = random.randrange(1, len(name))
    if slip == "swap" and len(name) > 2:
        return name[0] + name[2] + name[1]
    choice = random.choice(GIVEN if slip == "wrong" else _sounding_like(name[at]))
    return name[:at] + choice + name[at + 1 :]


def _sounding_like(character: str) -> str:
    known = readings()
    sound = known.get(character)
    return (
        "".join(one for one in GIVEN if known.get(one) == sound and one != character) or character
    )


def _digit(text: str, random: Random, first: int, last: int | None = None) -> str:
    at = random.choice([n for n in range(first, last or len(text)) if text[n].isdigit()])
    wrong = random.choice([digit for digit in "0123456789" if digit != text[at]])
    return text[:at] + wrong + text[at + 1 :]


def _relative(one: Typed, random: Random) -> Typed:
    """Make a spouse, parent, brother or sister: the same address, mostly the same phone.

    Often the surname, and of brothers and sisters the first character of the given name.
    """
    other = _person(one.entity, random)
    name = one.customer["name"]
    if len(name) > 2 and random.random() < 0.3:
        other.customer["name"] = name[:2] + random.choice(GIVEN)
    surname = one.customer["name"][0] if random.random() < 0.7 else other.customer["name"][0]
    customer = {
        **other.customer,
        "name": surname + other.customer["name"][1:],
        "city": one.customer["city"],
        "address": one.customer["address"],
    }
    if random.random() < 0.7:
        customer["phone"] = one.customer["phone"]
    return replace(other, customer=customer)


def _company(entity: int, random: Random) -> Typed:
    city = random.choice(CITIES)
    core = "".join(random.choice(GIVEN) for _ in range(2)) + random.choice(TRADES)[0]
    name = f"{city.removesuffix('市')}{core}{random.choice(GOODS)}{random.choice(FORMS)}"
    customer = {
        "kind": "organization",
        "name": name,
        "phone": _maybe(random, 0.9, _phone(random)),
        "email": _maybe(random, 0.5, f"office{random.randrange(10**6)}@example.com"),
        "wechat": None,
        "city": city,
        "address": _maybe(random, 0.8, _address(random)),
    }
    code = f"91{random.randrange(10**6):06d}MA{random.randrange(10**8):08d}"
    return Typed(entity, customer, {"registration_no": _maybe(random, 0.6, code)})


def _company_again(one: Typed, random: Random) -> Typed:
    """Type a company anew: without its form or its city, with a new phone."""
    customer = dict(one.customer)
    name = customer["name"]
    for form in FORMS:
        name = name.replace(form, random.choice(("公司", "有限公司", "")))
    customer["name"] = random.choice((name, name.removeprefix(customer["city"][:2])))
    slip = random.random()
    if slip < 0.3 and customer["phone"]:
        customer["phone"] = _digit(customer["phone"], random, first=6)
    elif slip < 0.5:
        customer["phone"] = None
    return Typed(one.entity, customer, {n: _maybe(random, 0.7, v) for n, v in one.profile.items()})


def _branch(one: Typed, random: Random) -> Typed:
    """Another company in the same building, or a sister in another city."""
    other = _company(one.entity, random)
    customer = dict(other.customer)
    if random.random() < 0.5:
        customer["address"], customer["city"] = one.customer["address"], one.customer["city"]
    else:
        core = one.customer["name"].removeprefix(one.customer["city"][:2])
        city = next(c for c in CITIES if c != one.customer["city"])
        customer["name"], customer["city"] = city.removesuffix("市") + core, city
        code = f"91{random.randrange(10**6):06d}MA{random.randrange(10**8):08d}"
        return Typed(one.entity, customer, {"registration_no": code})
    return replace(other, customer=customer)
