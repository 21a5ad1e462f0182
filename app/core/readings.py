"""The readings of characters in names: of surnames, of words of trades, and the common ones.

The common ones are those of pypinyin, taken from its data file: the library itself would hold
another 45 MB of phrases in every worker, and reads surnames such as 单, 曾 and 仇 as plain words.
"""

import json
import unicodedata
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

SURNAMES: Final = {
    surname: reading
    for reading, surnames in {
        "bi": "秘",
        "chong": "种種",
        "ge": "盖蓋",
        "gou": "句",
        "gui": "炅",
        "kan": "阚闞",
        "kuo": "适",
        "miao": "缪繆",
        "nai": "佴能",
        "nie": "乜",
        "ou": "区區",
        "piao": "朴",
        "po": "繁",
        "qin": "覃",
        "qiu": "仇",
        "shan": "单單",
        "shao": "召",
        "she": "折",
        "wei": "隗",
        "xian": "洗",
        "xie": "解",
        "xun": "郇",
        "yue": "乐樂",
        "yun": "员員贠",
        "zha": "查",
        "zhai": "翟祭",
    }.items()
    for surname in surnames
}
# Two-character beginnings that are not read as their characters, or would be taken for a surname.
BEGINNINGS: Final = {
    "万俟": ("mo", "qi"),
    "萬俟": ("mo", "qi"),
    "尉迟": ("yu", "chi"),
    "尉遲": ("yu", "chi"),
    "查干": ("cha", "gan"),
    "澹台": ("tan", "tai"),
    "澹臺": ("tan", "tai"),
    "长孙": ("zhang", "sun"),
    "長孫": ("zhang", "sun"),
}
# Where names do not follow the commonest reading of a character.
_IN_NAMES: Final = {
    character: reading
    for reading, characters in {
        "bo": "泊薄",
        "bu": "卜",
        "chang": "长長",
        "du": "都",
        "fo": "佛",
        "jia": "伽",
        "liang": "靓靚",
        "nian": "粘",
        "qie": "茄",
        "sheng": "晟",
        "shi": "什",
        "tiao": "调調",
        "xu": "畜",
        "yao": "么",
        "zeng": "曾",
        "zha": "轧",
    }.items()
    for character in characters
}
# Words of trades and places in which one character is read in another way.
_IN_WORDS: Final = {
    ("伺", "si"): ("伺服",),
    ("会", "kuai"): ("会计", "财会", "会稽"),
    ("传", "zhuan"): ("传记", "自传"),
    ("六", "lu"): ("六安", "六合区"),
    ("厦", "xia"): ("厦门", "厦大"),
    ("参", "shen"): ("人参", "党参", "丹参", "海参", "西洋参", "参茸"),
    ("咖", "ga"): ("咖喱",),
    ("单", "shan"): ("单县",),
    ("埔", "bu"): ("大埔",),
    ("堡", "bu"): ("吴堡",),
    ("弹", "tan"): ("弹簧", "弹性", "弹力"),
    ("朝", "zhao"): ("朝晖", "朝霞", "朝日", "朝露"),
    ("柏", "bo"): ("柏林", "柏拉图"),
    ("模", "mu"): ("模具", "模板", "注塑模"),
    ("洞", "tong"): ("洪洞",),
    ("浚", "xun"): ("浚县",),
    ("涡", "guo"): ("涡阳",),
    ("牟", "mu"): ("牟平", "中牟"),
    ("番", "pan"): ("番禺",),
    ("秘", "bi"): ("秘鲁",),
    ("给", "ji"): ("给水", "供给"),
    ("绿", "lu"): ("鸭绿江",),
    ("莘", "xin"): ("莘庄",),
    ("蔚", "yu"): ("蔚县",),
    ("蚌", "beng"): ("蚌埠",),
    ("铅", "yan"): ("铅山",),
    ("阿", "e"): ("东阿", "阿胶"),
    ("什", "shen"): ("什么",),
    ("调", "diao"): ("调查", "调研", "调度", "调动"),
    ("长", "zhang"): ("成长", "增长", "生长", "家长", "校长", "行长", "店长", "长子县"),
    ("乐", "lao"): ("乐亭",),
    ("乐", "yue"): (
        *("音乐", "乐器", "乐团", "乐队", "乐坛", "乐章", "乐府", "声乐", "民乐", "国乐", "爱乐"),
        *("交响乐", "礼乐", "乐清"),
    ),
    ("藏", "zang"): (
        *("西藏", "青藏", "川藏", "滇藏", "藏族", "藏药", "藏医", "藏香", "藏獒", "地藏", "宝藏"),
    ),
    ("行", "hang"): (
        *("银行", "支行", "分行", "总行", "投行", "商行", "行业", "行家", "行情", "同行业", "洋行"),
        *("车行", "琴行", "表行", "药行", "粮行", "米行", "茶行", "典当行", "拍卖行", "五金行"),
        *("贸易行", "电器行", "眼镜行", "租赁行", "行长"),
    ),
    ("重", "chong"): (
        *("重庆", "重阳", "重组", "重塑", "重建", "重启", "重生", "多重", "双重", "九重"),
    ),
}


@cache
def special_words() -> dict[str, list[tuple[str, int, str]]]:
    """Give, for each character, its words, its place in each and its reading there."""
    found: dict[str, list[tuple[str, int, str]]] = {}
    for (character, reading), special in _IN_WORDS.items():
        places = [(word, word.index(character), reading) for word in special]
        found.setdefault(character, []).extend(places)
    return found


@cache
def readings() -> dict[str, str]:
    """Load the first reading of each character, without tones; 60 ms and 5 MB, once a process."""
    table = Path(str(distribution("pypinyin").locate_file("pypinyin/pinyin_dict.json")))
    toned = json.loads(table.read_text("utf-8"))
    first = {chr(int(code)): _toneless(read.partition(",")[0]) for code, read in toned.items()}
    return first | _IN_NAMES


@cache
def _toneless(syllable: str) -> str:
    apart = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(letter for letter in apart if letter.isascii())
