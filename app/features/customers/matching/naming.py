"""How names are held against each other: read aloud, in any order, with a slip."""

import re
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA, JaroWinkler

from app.core.pinyin import has_chinese, plain, words
from app.core.remembering import remembered

ALIKE: Final = 0.88
RARE: Final = 3  # syllables; so many more names there are than of two
_LEGAL: Final = re.compile(
    "(股份有限公司|有限责任公司|有限公司|集团公司|分公司|股份公司|总公司|公司|集团|股份|商行|经营部|"
    "营业部|门市部|工作室|合作社|事务所|总店|分店)$"
)
_LEGAL_WORDS: Final = frozenset(
    {
        *("co", "ltd", "limited", "inc", "incorporated", "corp", "corporation", "llc", "llp"),
        *("plc", "gmbh", "ag", "kg", "sa", "sarl", "bv", "pty"),
        *("company", "group", "holding", "holdings"),
    }
)
_PLACES: Final = (
    "北京 上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 "
    "浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 "
    "贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 "
    "新疆 香港 澳门 中国 广州 深圳 杭州 南京 苏州 成都 武汉 "
    "西安 郑州 长沙 青岛 大连 厦门 宁波 无锡 佛山 东莞 济南 "
    "合肥 福州 昆明 沈阳 哈尔滨 长春 石家庄 太原 南昌 南宁 "
    "贵阳 兰州 温州 泉州 珠海 中山 惠州 常州 徐州 烟台"
)
_PLACE: Final = re.compile(f"({'|'.join(_PLACES.split())})(省|市|自治区)?")
_BRACKETS: Final = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


@dataclass(frozen=True, slots=True)
class Name:
    """A name made ready: as written, as read, and the places that stand in a company's."""

    written: str
    parts: tuple[str, ...]
    is_chinese: bool
    places: frozenset[str] = frozenset()

    @property
    def joined(self) -> str:
        """All parts as one word."""
        return "".join(self.parts)


@remembered(8192)
def read_name(name: str, *, person: bool) -> Name:
    """Make a name ready; what says nothing of a company, its form and place, is taken off."""
    if person:
        made = plain(name)
        return Name(made.replace(" ", ""), words(name, person=True), has_chinese(made))
    core, places = _core(name)
    return Name(core.replace(" ", ""), words(core, person=False), has_chinese(core), places)


def _core(name: str) -> tuple[str, frozenset[str]]:
    places = frozenset(match[1] for match in _PLACE.finditer(name))
    bare = plain(_PLACE.sub("", _BRACKETS.sub(" ", name)))
    for _ in range(3):
        bare = _LEGAL.sub("", bare)
    kept = [word for word in bare.split() if word not in _LEGAL_WORDS]
    return " ".join(kept) or plain(name), places


def compare_names(one: Name, other: Name, *, person: bool) -> str:
    """Return the finding about two names."""
    if one.written == other.written:
        return "name_rare" if _is_rare(one) or not person else "name"
    if not person:
        return _companies(one, other)
    if one.is_chinese and other.is_chinese:
        return _chinese(one.parts, other.parts, one.written, other.written)
    return _latin(_tokens(one), _tokens(other))


def _is_rare(name: Name) -> bool:
    return len(name.parts) >= RARE if name.is_chinese else len(name.parts) > 1


def _companies(one: Name, other: Name) -> str:
    if one.joined == other.joined:
        return "name_sound"
    if sorted(one.parts) == sorted(other.parts):
        return "name_order"
    longest = max(len(one.written), len(other.written))
    if one.is_chinese and other.is_chinese:
        # One wrong character of four makes another company more often than a slip.
        is_slip = longest >= 5 and OSA.distance(one.written, other.written) <= 1  # noqa: PLR2004
        return "name_slip" if is_slip else "name_differs"
    return "name_slip" if OSA.distance(one.joined, other.joined) <= longest // 8 else "name_differs"


def _chinese(one: tuple[str, ...], other: tuple[str, ...], written: str, wrote: str) -> str:
    if one == other:
        return "name_sound"
    if sorted(written) == sorted(wrote) or sorted(one) == sorted(other):
        return "name_order"
    longest = max(len(one), len(other))
    is_slip = longest >= RARE and OSA.distance(one, other) <= 1
    if is_slip:
        # Brothers and sisters often share the first character of the given name.
        return "name_sibling" if one[:2] == other[:2] else "name_slip"
    return "name_family" if one[:1] == other[:1] else "name_differs"


def _tokens(name: Name) -> tuple[str, ...]:
    """Return the words of a name; of a Chinese one surname and given name, as in a passport."""
    if name.is_chinese and len(name.parts) > 1:
        return (name.parts[0], "".join(name.parts[1:]))
    return name.parts


def _latin(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    few, many = sorted((one, other), key=len)
    if not few:
        return "name_differs"
    if sorted(few) == sorted(many) or "".join(few) == "".join(many):
        return "name_order" if len(few) > 1 else "name"
    left, fits, initials = list(many), 0, 0
    for word in few:
        fit, best = max(((_fit(word, had), had) for had in left), default=(0.0, ""))
        if fit >= ALIKE:
            left.remove(best)
            fits += 1
            initials += min(len(word), len(best)) == 1
    if fits < len(few):
        return "name_family" if fits else "name_differs"
    if initials:
        return "name_initials" if fits > initials else "name_differs"
    return "name_slip" if fits > 1 else "name_family"


def _fit(one: str, other: str) -> float:
    """Return how well two words fit: an initial fits what begins with it."""
    if min(len(one), len(other)) <= 1:
        return 0.9 if one[:1] == other[:1] and one else 0.0
    return JaroWinkler.similarity(one, other)
