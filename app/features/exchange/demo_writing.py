"""Writing demo customers: persons and organisations of a made-up world, in one language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from stdnum.cn import ric, uscc

from app.core.fields import Field
from app.core.kinds import Choice
from app.core.names import pinyin
from app.features.customers.models import (
    Customer,
    ExternalId,
    OrganizationProfile,
    PersonProfile,
    choices,
)
from app.features.exchange import demo_words as words
from app.features.exchange.demo_words import Said

PERSONS: Final = 1_000  # in each language
ORGANIZATIONS: Final = 150  # in each language
CHINESE, ENGLISH = 0, 1
SEED: Final = 2300
TODAY: Final = date(2026, 1, 5)
# So many persons share their phone with the one before: families, and work for the stewards.
SHARING: Final = 97
Row = dict[Field, str]


@dataclass(frozen=True, slots=True)
class Team:
    """A department that customers are given to, in both languages, and who works there."""

    name: Said
    colleagues: tuple[str, ...] = ()


def number_of(language: int, place: int) -> str:
    """Return the number of a customer."""
    return f"D{language}{place:05d}"


class Writer:
    """Writes down customers in one language, the same ones each time."""

    def __init__(self, language: int, teams: Sequence[Team]) -> None:
        self.language = language
        self._teams = teams
        self._chance = Random(SEED + language)  # noqa: S311 - made up, and the same each time
        self._phone = ""

    def rows(self) -> Iterator[Row]:
        """Write all persons, then all organisations."""
        for place in range(PERSONS):
            name = self._person_name()
            yield self._customer(place, choices.CustomerKind.PERSON, name) | self._person(place)
        for place in range(PERSONS, PERSONS + ORGANIZATIONS):
            yield self._organization(place)

    def _customer(self, place: int, kind: Choice, name: str) -> Row:
        team = self._chance.choice(self._teams)
        return {
            ExternalId.value: number_of(self.language, place),
            Customer.kind: self._label(kind),
            Customer.name: name,
            Customer.email: self._email(place, name),
            Customer.phone: self._next_phone(place),
            Customer.department_id: team.name[self.language],
            Customer.owner_id: self._chance.choice(team.colleagues) if team.colleagues else "",
            Customer.source: self._say(words.SOURCES),
            Customer.first_trade_on: self._day(self._past(3_000)),
            Customer.remark: self._perhaps(self._say(words.REMARKS)),
            **self._classes(),
            **self._place(),
        }

    def _classes(self) -> Row:
        options = {
            Customer.tier: choices.Tier,
            Customer.lifecycle: choices.Lifecycle,
            Customer.trade_stage: choices.TradeStage,
            Customer.market_position: choices.MarketPosition,
            Customer.channel: choices.Channel,
        }
        return {entry: self._any(of) for entry, of in options.items()}

    def _place(self) -> Row:
        place = self._chance.choice(words.PLACES)
        street, house = self._say(words.STREETS), self._chance.randint(1, 999)
        return {
            Customer.country: (place.country_zh, place.country)[self.language],
            Customer.province: (place.province_zh, place.province)[self.language],
            Customer.city: (place.city_zh, place.city)[self.language],
            Customer.address: (f"{street}{house}号", f"{house} {street}")[self.language],
            Customer.postcode: f"{self._chance.randint(0, 999_999):06d}",
        }

    def _person(self, place: int) -> Row:
        born = self._past(20_000) - timedelta(days=7_000)
        is_male = self._chance.choice((True, False))
        return {
            Customer.nature: self._label(choices.Nature.INDIVIDUAL),
            Customer.wechat: self._perhaps(f"demo_{self.language}{place:05d}"),
            PersonProfile.gender: self._label(
                choices.Gender.MALE if is_male else choices.Gender.FEMALE
            ),
            PersonProfile.birth_date: self._day(born),
            PersonProfile.language: ("中文", "English")[self.language],
            PersonProfile.education: self._say(words.EDUCATION),
            PersonProfile.occupation: self._say(words.OCCUPATIONS),
            PersonProfile.household: self._perhaps(self._say(words.HOUSEHOLDS)),
            PersonProfile.personality: self._perhaps(self._say(words.PERSONALITIES)),
            PersonProfile.hobbies: self._perhaps(self._say(words.HOBBIES)),
            PersonProfile.ability: self._perhaps(self._say(words.ABILITIES)),
            **self._document(place, born, is_male=is_male),
        }

    def _document(self, place: int, born: date, *, is_male: bool) -> Row:
        """Make a number with a fitting check digit, of a region that issues none."""
        if self.language == ENGLISH:
            number, kind = f"E0000{place:04d}", choices.DocumentType.PASSPORT
        else:
            kind = choices.DocumentType.RESIDENT_ID
            serial = place % 50 * 2 + is_male
            number = f"110000{born:%Y%m%d}{serial:03d}"
            number += ric.calc_check_digit(f"{number}0")
        return {PersonProfile.document_type: self._label(kind), PersonProfile.id_number: number}

    def _organization(self, place: int) -> Row:
        trade = self._chance.choice(words.TRADES)
        form, *endings = self._chance.choice(words.FORMS)
        stem = self._chance.choice((words.STEMS_ZH, words.STEMS_EN)[self.language])
        other = self._chance.choice((words.STEMS_ZH, words.STEMS_EN)[self.language])
        row = self._customer(place, choices.CustomerKind.ORGANIZATION, "")
        name = (
            f"{row[Customer.city]}{stem}{other}{trade.zh}{endings[CHINESE]}",
            f"{stem} {other} {trade.en} {endings[ENGLISH]}",
        )[self.language]
        return row | {
            Customer.name: name,
            Customer.other_name: (f"{stem}{other}", f"{stem} {other}")[self.language],
            Customer.nature: self._label(self._chance.choice(words.NATURES)),
            OrganizationProfile.legal_name: name,
            OrganizationProfile.registration_no: self._credit_code(place),
            OrganizationProfile.org_form: self._label(form),
            OrganizationProfile.industry_code: trade.code,
            **self._people(),
            **self._business(),
        }

    def _people(self) -> Row:
        return {
            OrganizationProfile.legal_representative: self._person_name(),
            OrganizationProfile.manager_name: self._person_name(),
            OrganizationProfile.owner_name: self._person_name(),
            OrganizationProfile.owner_personality: self._say(words.PERSONALITIES),
            OrganizationProfile.owner_hobbies: self._say(words.HOBBIES),
            OrganizationProfile.owner_education: self._say(words.EDUCATION),
            OrganizationProfile.owner_ability: self._say(words.ABILITIES),
        }

    def _business(self) -> Row:
        capital = self._chance.randint(10, 5_000)
        return {
            OrganizationProfile.founded_on: self._day(self._past(10_000)),
            OrganizationProfile.registered_capital: self._money(capital),
            OrganizationProfile.assets: self._money(capital * self._chance.randint(1, 4)),
            OrganizationProfile.turnover: self._money(capital * self._chance.randint(1, 9)),
            OrganizationProfile.headcount: str(self._chance.randint(3, 2_000)),
            OrganizationProfile.service_area: self._say(words.AREAS),
            OrganizationProfile.sales_ability: self._say(words.SALES),
            OrganizationProfile.growth_potential: self._say(words.POTENTIALS),
            OrganizationProfile.business_philosophy: self._say(words.PHILOSOPHIES),
            OrganizationProfile.business_policy: self._say(words.POLICIES),
            OrganizationProfile.management_traits: self._say(words.TRAITS),
        }

    def _person_name(self) -> str:
        if self.language == ENGLISH:
            first = self._chance.choice(words.FIRST_NAMES)
            return f"{first} {self._chance.choice(words.LAST_NAMES)}"
        given = self._chance.choices(words.GIVEN, k=self._chance.choice((1, 2, 2)))
        return "".join([self._chance.choice(words.SURNAMES), *given])

    def _email(self, place: int, name: str) -> str:
        """Make an address under a domain that is nobody's."""
        local = pinyin(name, person=self.language == CHINESE).replace(" ", "")[:20] or "office"
        return f"{local}{place}@{('example.cn', 'example.org')[self.language]}"

    def _next_phone(self, place: int) -> str:
        """Make a number with four noughts in it, or one set aside for films; a few are shared."""
        if place % SHARING != 1:
            abroad = "1632 960" if place >= PERSONS else "7700 900"
            self._phone = (
                f"1{3 + place % 7}{place // 7 % 10}0000{place:04d}",
                f"+44 {abroad}{place % 1_000:03d}",
            )[self.language]
        return self._phone

    def _credit_code(self, place: int) -> str:
        code = f"91000000MADE{self.language}{place:04d}"
        check: str = uscc.calc_check_digit(code)
        return code + check

    def _money(self, ten_thousands: int) -> str:
        return (f"{ten_thousands}万元", f"CNY {ten_thousands * 10_000:,}")[self.language]

    def _day(self, day: date) -> str:
        return (f"{day.year}年{day.month}月{day.day}日", day.isoformat())[self.language]

    def _past(self, days: int) -> date:
        return TODAY - timedelta(days=self._chance.randint(1, days))

    def _say(self, said: Sequence[Said]) -> str:
        return self._chance.choice(said)[self.language]

    def _any(self, options: type[Choice]) -> str:
        return self._label(self._chance.choice(list(options)))

    def _label(self, option: Choice) -> str:
        return (option.zh, option.en)[self.language]

    def _perhaps(self, text: str) -> str:
        return self._chance.choice((text, text, ""))
