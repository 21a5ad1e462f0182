"""How names are read."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.pinyin import has_chinese, index_letter, initials, pinyin, plain, words

PERSONS = [
    ("张伟", "zhang wei"),
    ("单雪", "shan xue"),
    ("曾小贤", "zeng xiao xian"),
    ("仇英", "qiu ying"),
    ("查良", "zha liang"),
    ("解晓东", "xie xiao dong"),
    ("任正", "ren zheng"),
    ("华罗", "hua luo"),
    ("朴树", "piao shu"),
    ("区小红", "ou xiao hong"),
    ("盖叫天", "ge jiao tian"),
    ("翟天", "zhai tian"),
    ("覃海洋", "qin hai yang"),
    ("缪斌", "miao bin"),
    ("乐嘉", "yue jia"),
    ("卜宁", "bu ning"),
    ("吕布", "lv bu"),
    ("單雪", "shan xue"),
    ("尉迟恭", "yu chi gong"),
    ("尉健", "wei jian"),
    ("欧阳娜娜", "ou yang na na"),
    ("万俟雅", "mo qi ya"),
    ("万里", "wan li"),
    ("长孙无忌", "zhang sun wu ji"),
    ("诸葛 亮", "zhu ge liang"),
    ("令狐冲", "ling hu chong"),
    ("查干巴特尔", "cha gan ba te er"),
    ("李单", "li dan"),
    ("王乐", "wang le"),
    ("张长江", "zhang chang jiang"),
    ("王重阳", "wang chong yang"),
    ("单·查理", "dan cha li"),
    ("David 单", "david dan"),
    ("José García", "jose garcia"),
    ("Łukasz Øster", "lukasz oster"),
]


@pytest.mark.parametrize(("name", "reading"), PERSONS)
def test_person_is_read_surname_first(name: str, reading: str) -> None:
    """A character at the head of a person's name is read as a surname, elsewhere as usual."""
    assert pinyin(name, person=True) == reading


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("单位用品", "dan wei yong pin"),
        ("单县会计事务所", "shan xian kuai ji shi wu suo"),
        ("重庆银行", "chong qing yin hang"),
        ("长城音乐行", "chang cheng yin yue xing"),
        ("快乐成长", "kuai le cheng zhang"),
        ("厦门大厦", "xia men da sha"),
        ("成都都市", "cheng du du shi"),
        ("ABC科技 2号", "abc ke ji 2 hao"),
        ("化工行业网", "hua gong hang ye wang"),
    ],
)
def test_organisation_is_read_word_by_word(name: str, reading: str) -> None:
    """Trades and places keep their own readings, and surnames play no part."""
    assert pinyin(name, person=False) == reading


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("张伟", "Z"),
        ("曾一", "Z"),
        ("émile", "E"),
        ("(上海)店", "S"),
        ("3M", "#"),
        ("Иван", "#"),
        ("…", "#"),
    ],
)
def test_index_letter_is_of_the_alphabet(name: str, letter: str) -> None:
    """A name stands under the first letter of its reading, other scripts and digits under #."""
    assert index_letter(name, person=True) == letter


def test_initials_take_one_letter_of_each_word() -> None:
    """Syllables and words count alike."""
    assert initials("张伟", person=True) == "zw"
    assert initials("John Smith", person=True) == "js"
    assert initials("", person=True) == ""


@settings(deadline=None)
@given(st.text(max_size=40), st.booleans())
def test_any_name_can_be_read(name: str, person: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    """Whatever stands for a name gives words without accents, capitals or spaces."""
    for word in words(name, person=person):
        assert word
        assert plain(word) == word
        assert not has_chinese(word) or len(word) == 1


@settings(deadline=None)
@given(st.text(max_size=40))
def test_plain_form_is_final(text: str) -> None:
    """Folding twice changes nothing, nor does the case or the width of the text."""
    assert plain(plain(text)) == plain(text)
    assert plain(unicodedata.normalize("NFKC", text)) == plain(text)
