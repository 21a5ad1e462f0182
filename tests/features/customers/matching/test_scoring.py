"""Tests of the score: what counts for and against, and how it does on labelled data."""

from random import Random
from typing import Any

import pytest

from app.features.customers.matching import LEVELS, LIKELY, compare, likeness_of
from bench.doubles import records
from bench.linkage import doubles_in, figures, halves, weighed

WANG = {"kind": "person", "name": "王小明", "phone": "+8613800000001", "city": "北京市"}


def _against(values: dict[str, Any], **other: Any) -> tuple[float, tuple[str, ...]]:
    verdict = compare(likeness_of(values, {}), likeness_of({**values, **other}, {}))
    return verdict.score, verdict.reasons


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"name": "王晓明"}, "name_sound"),
        ({"name": "Xiaoming Wang"}, "name_order"),
        ({"name": "王明小"}, "name_order"),
        ({"phone": "+8613800000011"}, "phone_slip"),
    ],
)
def test_a_slip_is_forgiven(other: dict[str, Any], code: str) -> None:
    """Another character of the same sound, another order, a digit: likely the same."""
    score, reasons = _against(WANG, **other)

    assert score > LIKELY
    assert code in reasons


@pytest.mark.parametrize(
    "other",
    [
        {"name": "王小红"},  # a sister, at the same phone
        {"name": "李建国"},  # a colleague, at the same phone
        {"phone": "+8613911112222"},  # a namesake in the same city
    ],
)
def test_family_and_namesakes_are_others(other: dict[str, Any]) -> None:
    """What a household or a city shares makes no double."""
    assert _against(WANG, **other)[0] < LIKELY


def test_a_company_is_known_without_its_form_and_place() -> None:
    """Sister companies of other cities, with codes of their own, are others."""
    one = {"kind": "organization", "name": "北京华信通达贸易有限公司", "phone": "+861060000001"}
    short, sister = {**one, "name": "华信通达贸易"}, {**one, "name": "上海华信通达贸易有限公司"}
    codes = [{"registration_no": "91350100M000100Y43"}, {"registration_no": "91310000MA1FL0B21X"}]

    assert compare(likeness_of(one, {}), likeness_of(short, {})).score > LIKELY
    assert compare(likeness_of(one, codes[0]), likeness_of(sister, codes[1])).score < LIKELY


def test_half_that_is_held_out_is_told_apart() -> None:
    """On Chinese records with slips, families and namesakes: few wrong, few missed."""
    _, held_out = halves(list(records(3000, Random(7))))
    pairs, doubles = weighed(held_out), doubles_in(held_out)

    got = figures(pairs, doubles, LIKELY)

    assert doubles > 400
    assert got.precision >= 0.99
    assert got.recall >= 0.93  # small sets vary by a hundredth or two; see the bench


def test_no_finding_is_without_words() -> None:
    """Each is told in both languages, and hidden weights have a sense."""
    assert all(level.en.endswith(".") and level.zh.endswith("。") for level in LEVELS.values())
