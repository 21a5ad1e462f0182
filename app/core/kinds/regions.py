"""Where and in which tongue: countries, languages, time zones and postcodes."""

import re
from collections.abc import Callable
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from babel import Locale
from sqlalchemy import Text

from app.core.kinds.characters import folded
from app.core.kinds.invalid import Invalid
from app.core.kinds.kind import EQUALITY, TEXT, Kind, stars

_ALPHA_2: Final = re.compile(r"[A-Z]{2}")
# Two-letter names of regions in the Unicode data that ISO 3166 does not assign.
_NOT_ISO: Final = re.compile("AC|CP|CQ|DG|EA|EU|EZ|IC|QO|TA|UN|XA|XB|XK|ZZ")
_COUNTRY_NAMES: Final = {
    "uk": "GB",
    "usa": "US",
    "中国大陆": "CN",
    "中华人民共和国": "CN",
    "澳门": "MO",
    "香港": "HK",
}
_LANGUAGE: Final = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
)
_POSTCODE_CN: Final = re.compile(r"[0-9]{6}")
_POSTCODE: Final = re.compile(r"[0-9A-Z](?:[ -]?[0-9A-Z]){2,11}")


def _country(value: object) -> str:
    code = folded(value, 100).upper()
    if code not in _territories():
        raise Invalid("country-unknown")
    return code


def _country_cell(cell: str) -> str:
    name = folded(cell, 100).casefold()
    return _country(_COUNTRY_NAMES.get(name) or _names("territories").get(name, name))


@cache
def _territories() -> frozenset[str]:
    regions = filter(_ALPHA_2.fullmatch, Locale("en").territories)
    return frozenset(region for region in regions if not _NOT_ISO.fullmatch(region))


@cache
def _names(of: str) -> dict[str, str]:
    """Map what languages or territories are called, in English and Chinese, to their codes."""
    return {
        name.casefold(): code
        for locale in (Locale("en"), Locale("zh"))
        for code, name in getattr(locale, of).items()
    }


def _language(value: object) -> str:
    tag = _LANGUAGE.fullmatch(folded(value, 40).lower().replace("_", "-"))
    if not tag or tag["language"] not in Locale("en").languages:
        raise Invalid("language-unknown")
    return "-".join(filter(None, (tag["language"], _script(tag["script"]), _region(tag["region"]))))


def _script(code: str | None) -> str:
    script = (code or "").title()
    if script and script not in Locale("en").scripts:
        raise Invalid("language-unknown")
    return script


def _region(code: str | None) -> str:
    region = (code or "").upper()
    if region and region not in Locale("en").territories:
        raise Invalid("language-unknown")
    return region


def _language_cell(cell: str) -> str:
    """Read a tag or a name; Chinese calls the written language 英文 as well as 英语."""
    name = folded(cell, 100).casefold()
    names = _names("languages")
    spoken = f"{name[:-1]}语" if name.endswith("文") else name
    return _language(names.get(name) or names.get(spoken, name))


def _time_zone(value: object) -> str:
    zone = _zones().get(folded(value, 60).casefold())
    if zone is None:
        raise Invalid("time-zone-unknown")
    return zone


@cache
def _zones() -> dict[str, str]:
    return {zone.casefold(): zone for zone in available_timezones() if zone != "Factory"}


def _matching(form: re.Pattern[str]) -> Callable[[object], str]:
    def postcode(value: object) -> str:
        code = folded(value, 20).upper()
        if not form.fullmatch(code):
            raise Invalid("postcode-invalid")
        return code

    return postcode


def _mask_postcode(_: object) -> str:
    """Show six stars, for any country."""
    return "******"


COUNTRY: Final = Kind(
    name="country",
    column=Text(),
    schema={"type": "string", "minLength": 2, "maxLength": 2},
    example="CN",
    normalise=_country,
    mask=stars,
    operators=EQUALITY,
    from_text=_country_cell,
)
LANGUAGE: Final = Kind(
    name="language",
    column=Text(),
    schema={"type": "string", "minLength": 2, "maxLength": 11},
    example="zh-CN",
    normalise=_language,
    mask=stars,
    operators=EQUALITY,
    from_text=_language_cell,
)
TIME_ZONE: Final = Kind(
    name="time-zone",
    column=Text(),
    schema={"type": "string", "minLength": 2, "maxLength": 60},
    example="Asia/Shanghai",
    normalise=_time_zone,
    mask=stars,
    operators=EQUALITY,
)
POSTCODE_CN: Final = Kind(
    name="postcode-cn",
    column=Text(),
    schema={"type": "string", "pattern": "^[0-9]{6}$"},
    example="100000",
    normalise=_matching(_POSTCODE_CN),
    mask=_mask_postcode,
    operators=TEXT,
)
POSTCODE: Final = Kind(
    name="postcode",
    column=Text(),
    schema={"type": "string", "minLength": 3, "maxLength": 20},
    example="100000",
    normalise=_matching(_POSTCODE),
    mask=_mask_postcode,
    operators=TEXT,
)
