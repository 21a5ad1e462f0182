"""Closed sets and their labels."""

import pytest

from app.core.kinds import AGE_BAND, GENDER, AgeBand, Choice, Gender, Invalid, choice


class Stage(Choice):
    """A set for these tests."""

    NEW = "new", "New", "新客户"
    WON_BACK = "won-back", "Won back", "回流客户"


STAGE = choice(Stage, aliases={"潜在": "new"})


def test_member_knows_value_and_labels() -> None:
    """A member is its value, and carries a label in each language."""
    assert str(Stage.NEW) == "new"
    assert Stage("won-back") is Stage.WON_BACK
    assert (Stage.NEW.en, Stage.NEW.zh) == ("New", "新客户")


def test_member_without_labels_is_a_mistake() -> None:
    """A set that somebody forgot to label is refused when it is declared."""
    with pytest.raises(TypeError, match="both languages"):

        class Unlabelled(Choice):
            NEW = "new", "New"


def test_kind_lists_its_values() -> None:
    """The schema names the values, the kind the set itself."""
    assert STAGE.schema["enum"] == ["new", "won-back"]
    assert STAGE.choices is Stage
    assert STAGE.name == "stage"
    assert AGE_BAND.name == "age-band"


def test_value_is_stored_as_plain_text() -> None:
    """What is stored is text, also when a member was given."""
    assert type(STAGE.normalise("new")) is str
    assert type(STAGE.normalise(Stage.NEW)) is str


@pytest.mark.parametrize("value", ["New", "新客户", "", "old"])
def test_wire_takes_values_alone(value: str) -> None:
    """Labels are for people, not for the wire."""
    with pytest.raises(Invalid, match=r"^choice-unknown$"):
        STAGE.normalise(value)


@pytest.mark.parametrize(
    "cell", ["won-back", "Won Back", " WON BACK ", "回流客户", "ｗｏｎ－ｂａｃｋ"]
)
def test_cell_takes_labels_of_both_languages(cell: str) -> None:
    """A cell may hold the value or a label, in any case and width."""
    assert STAGE.from_text
    assert STAGE.from_text(cell) == "won-back"


def test_cell_takes_aliases_and_refuses_the_rest() -> None:
    """What a business calls it may be declared beside the labels."""
    assert STAGE.from_text
    assert STAGE.from_text("潜在") == "new"
    with pytest.raises(Invalid, match=r"^choice-unknown$"):
        STAGE.from_text("老客户")


def test_shipped_sets_are_readable() -> None:
    """Gender and age band are read from the words of a customer card."""
    assert GENDER.from_text
    assert GENDER.from_text("女士") == Gender.FEMALE
    assert GENDER.from_text("M") == Gender.MALE
    assert AGE_BAND.normalise("14-17") == AgeBand.FROM_14
