"""Countries, languages, time zones and postcodes."""

import pytest

from app.core.kinds import COUNTRY, LANGUAGE, POSTCODE, POSTCODE_CN, TIME_ZONE, Invalid
from app.core.kinds.kind import Kind


def read(kind: Kind, cell: str) -> object:
    """Read a cell as the kind would."""
    return (kind.from_text or kind.normalise)(cell)


@pytest.mark.parametrize(
    ("kind", "cell", "code"),
    [
        (COUNTRY, "cn", "CN"),
        (COUNTRY, "中国", "CN"),
        (COUNTRY, "香港", "HK"),
        (COUNTRY, "Germany", "DE"),
        (COUNTRY, "美国", "US"),
        (COUNTRY, "UK", "GB"),
        (LANGUAGE, "zh_cn", "zh-CN"),
        (LANGUAGE, "ZH-HANS-CN", "zh-Hans-CN"),
        (LANGUAGE, "es-419", "es-419"),
        (LANGUAGE, "中文", "zh"),
        (LANGUAGE, "英文", "en"),
        (LANGUAGE, "French", "fr"),
        (TIME_ZONE, "asia/shanghai", "Asia/Shanghai"),
        (TIME_ZONE, "UTC", "UTC"),
        (POSTCODE_CN, "１０００００", "100000"),
        (POSTCODE, "100000", "100000"),
        (POSTCODE, "sw1a 1aa", "SW1A 1AA"),
        (POSTCODE, "12345-6789", "12345-6789"),
    ],
)
def test_cell_becomes_the_code(kind: Kind, cell: str, code: str) -> None:
    """Codes are read in any case, and by their names in both languages."""
    assert read(kind, cell) == code


@pytest.mark.parametrize(
    ("kind", "cell", "code"),
    [
        (COUNTRY, "XK", "country-unknown"),
        (COUNTRY, "EU", "country-unknown"),
        (COUNTRY, "Atlantis", "country-unknown"),
        (COUNTRY, "150", "country-unknown"),
        (LANGUAGE, "xx", "language-unknown"),
        (LANGUAGE, "zh-Xxxx", "language-unknown"),
        (LANGUAGE, "zh-QX", "language-unknown"),
        (LANGUAGE, "zh-CN-x-a", "language-unknown"),
        (LANGUAGE, "精灵文", "language-unknown"),
        (TIME_ZONE, "Asia", "time-zone-unknown"),
        (TIME_ZONE, "../etc/passwd", "time-zone-unknown"),
        (TIME_ZONE, "Factory", "time-zone-unknown"),
        (POSTCODE_CN, "10000", "postcode-invalid"),
        (POSTCODE_CN, "SW1A 1AA", "postcode-invalid"),
        (POSTCODE, "1--1", "postcode-invalid"),
        (POSTCODE, "一〇〇〇〇〇", "postcode-invalid"),
        (POSTCODE, "******", "value-is-mask"),
    ],
)
def test_unknown_code_is_refused(kind: Kind, cell: str, code: str) -> None:
    """What no standard knows is refused."""
    with pytest.raises(Invalid, match=f"^{code}$"):
        read(kind, cell)


def test_wire_takes_codes_alone() -> None:
    """Names are for spreadsheets, not for the wire."""
    for kind, name in ((COUNTRY, "中国"), (LANGUAGE, "中文")):
        with pytest.raises(Invalid):
            kind.normalise(name)
