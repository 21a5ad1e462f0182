"""Names, lines, prose and lists."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.kinds import LONG_TEXT, PARTY_NAME, SHORT_TEXT, TAG_LIST, Invalid, text


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        (" 张\u3000 伟 ", "张 伟"),
        ("Jose\u0301  Garci\u0301a", "José García"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("ＡＢＣ公司", "ＡＢＣ公司"),
    ],
)
def test_name_is_trimmed_and_composed(given_name: str, name: str) -> None:
    """A name keeps its display form but for white space and composition."""
    assert PARTY_NAME.normalise(given_name) == name


@pytest.mark.parametrize(
    ("name", "mask"), [("张伟", "张**"), ("欧阳娜娜", "欧**"), ("John Smith", "J**"), ("张", "***")]
)
def test_name_mask_keeps_the_first_character(name: str, mask: str) -> None:
    """A masked name is three characters, whatever the name; a single character does not show."""
    assert PARTY_NAME.mask(name) == mask


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="*"), min_size=1, max_size=200))
def test_name_mask_never_holds_the_name(name: str) -> None:
    """No name stands in its mask, and every mask has the same length."""
    mask = PARTY_NAME.mask(name)

    assert len(mask) == 3
    assert name not in mask


@pytest.mark.parametrize("mask", ["张**", "***", "J**", "a *** b"])
def test_masked_name_is_refused(mask: str) -> None:
    """A masked name cannot come back as a name."""
    with pytest.raises(Invalid, match=r"^value-is-mask$"):
        PARTY_NAME.normalise(mask)


def test_prose_may_hold_a_divider_of_stars() -> None:
    """Stars between paragraphs are no mask; nothing but the mask is one."""
    assert LONG_TEXT.normalise("a\r\n***\rb") == "a\n***\nb"
    with pytest.raises(Invalid, match=r"^value-is-mask$"):
        LONG_TEXT.normalise(" *** ")


def test_text_of_several_lines_cannot_be_filtered() -> None:
    """Prose answers only whether it is there; a line can be compared."""
    assert text(max_length=5, multiline=True).operators == {"null"}
    assert text(max_length=5).operators == {"eq", "ne", "in", "null", "prefix"}


@pytest.mark.parametrize("value", [None, 1, True, ["a"], {"a": 1}, b"a"])
def test_other_types_are_no_text(value: object) -> None:
    """Only text is text."""
    for kind in (SHORT_TEXT, LONG_TEXT):
        with pytest.raises(Invalid, match=r"^type-string$"):
            kind.normalise(value)


@pytest.mark.parametrize(
    "cell", ["茶,爬山", "茶，爬山", "茶、爬山、茶", " 茶 ; 爬山 ;", "茶\n爬山"]
)
def test_list_is_split_at_any_comma(cell: str) -> None:
    """A cell separates entries by commas of either language; each stands once."""
    assert TAG_LIST.from_text
    assert TAG_LIST.from_text(cell) == ["茶", "爬山"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("茶", "type-list"),
        ("***", "value-is-mask"),
        ({"a": 1}, "type-list"),
        ([1], "type-string"),
        ([""], "text-empty"),
        (["x" * 41], "text-too-long"),
        (["x"] * 51, "list-too-long"),
    ],
)
def test_bad_list_is_refused(value: object, code: str) -> None:
    """A list has a bounded number of bounded lines."""
    with pytest.raises(Invalid, match=f"^{code}$"):
        TAG_LIST.normalise(value)
