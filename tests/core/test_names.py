"""How names are found."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.core.names import grams, matches, query_tokens, search_forms, search_tokens

NAMES = st.one_of(
    st.text("张伟单曾仇查吕绿女欧阳娜重庆银行有限公司", min_size=1, max_size=8),
    st.text(st.characters(max_codepoint=0x24F), min_size=1, max_size=12),
    st.text("abc 李乐-'Éß㐀々あ", min_size=1, max_size=12),
    st.text(min_size=1, max_size=12),
)


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("张伟", ("张伟", "zhangwei", "zw")),
        ("吕 布", ("吕布", "lvbu", "lb", "lubu", "lyubu")),
        ("José O'Brien", ("joseobrien",)),
        ("ＡＢＣ(中国)公司", ("abc中国公司", "abczhongguogongsi", "azggs")),
        ("一", ("一", "yi", "y")),
        ("…", ()),
        ("", ()),
    ],
)
def test_forms_are_as_written_and_as_read(name: str, forms: tuple[str, ...]) -> None:
    """A Chinese name has its characters, its reading and its initials; ü has every spelling."""
    assert search_forms(name, person=True) == forms


def test_tokens_are_whole_beginnings_and_bigrams() -> None:
    """Each form is indexed whole, by its first six beginnings and by its bigrams."""
    assert search_tokens("李一", person=True) == {
        *("=李一", "^李", "^李一", "李一"),
        *("=liyi", "^l", "^li", "^liy", "^liyi", "li", "iy", "yi"),
        *("=ly", "^ly", "ly"),
    }


@pytest.mark.parametrize(
    "q",
    [
        "张伟",
        "张",
        "伟",
        "zhangwei",
        "Zhang Wei",
        "wei zhang",
        "zhangw",
        "zhwei"[:2],
        "ZW",
        "z w",
        "张 伟",
        "张 wei",
        "ngwe",
    ],
)
def test_name_is_found_by_any_part(q: str) -> None:
    """Characters, pinyin, initials and their mixture find a name, in any order of words."""
    assert matches(q, "张伟", person=True)


@pytest.mark.parametrize("q", ["伟张", "zhangwai", "wz", "张伟国", "李", "", " - "])
def test_other_name_is_not_found(q: str) -> None:
    """What stands in no form of the name does not match."""
    assert not matches(q, "张伟", person=True)


@pytest.mark.parametrize(
    ("q", "name"),
    [
        ("smith john", "John Q. Smith"),
        ("garcia", "José García"),
        ("Müller", "Jürgen Mueller"[:7] + "Muller"),
    ],
)
def test_latin_name_is_found_without_accents(q: str, name: str) -> None:
    """Accents, case and the order of words make no difference."""
    assert matches(q, name, person=True)


@pytest.mark.parametrize("q", ["lv bu", "lvbu", "lubu", "lyubu", "lübu", "LǙ BÙ"])
def test_umlaut_is_found_in_every_spelling(q: str) -> None:
    """吕 may be typed as lv, lu, lyu or lü."""
    assert matches(q, "吕布", person=True)


@settings(deadline=None)
@given(NAMES, st.booleans(), st.data())
def test_index_never_misses_a_part(name: str, person: bool, data: st.DataObject) -> None:  # noqa: FBT001 - drawn by hypothesis
    """Whatever part of a form is asked for, its tokens are among those of the name."""
    forms = search_forms(name, person=person)
    assume(forms)
    form = data.draw(st.sampled_from(forms))
    start = data.draw(st.integers(0, len(form) - 1))
    part = form[start : data.draw(st.integers(start + 1, len(form)))]
    asked = query_tokens(part)

    assert asked
    assert matches(part, name, person=person)
    assert asked.all <= search_tokens(name, person=person) or (len(part) == 1 and start)


@settings(deadline=None)
@given(NAMES, st.booleans())
def test_whole_and_beginning_rank_a_name(name: str, person: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    """A query for a whole form has the token of the whole and of the beginning."""
    for form in search_forms(name, person=person):
        asked = query_tokens(form)

        assert asked
        assert {asked.whole, asked.prefix} <= search_tokens(name, person=person)


@pytest.mark.parametrize("q", ["", " ", "---", "👍", "\u0301"])
def test_query_without_letters_asks_nothing(q: str) -> None:
    """Nothing is searched when nothing can be."""
    assert query_tokens(q) is None


def test_query_is_bounded() -> None:
    """A query of any length asks for a bounded number of tokens."""
    asked = query_tokens("ab" * 1_000_000 + "cd")

    assert asked
    assert len(asked.whole) <= 201


def test_single_character_asks_for_a_beginning() -> None:
    """One character has no bigram; it finds the names that begin with it."""
    asked = query_tokens("张")

    assert asked
    assert asked.all == {"^张"}
    assert grams("张") == frozenset()


def test_a_name_has_few_tokens() -> None:
    """An index of 100,000 persons stays small: about two dozen tokens each."""
    assert len(search_tokens("欧阳娜娜", person=True)) < 40
    assert len(search_tokens("张伟", person=True)) < 25
