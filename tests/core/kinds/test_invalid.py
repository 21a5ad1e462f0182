"""The codes of refusals and their sentences."""

import ast
import re
from pathlib import Path

import pytest

from app.core.kinds import MESSAGES, Invalid

APP = Path(__file__).parents[3] / "app"
KEBAB = re.compile(r"[a-z]+(-[a-z]+)+")


def codes_in(source: str) -> set[str]:
    """Collect the codes that a source refuses with."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    refusals = (call for call in calls if ast.unparse(call.func) in {"Invalid", "wrong_type"})
    texts = (node for call in refusals for node in ast.walk(call) if isinstance(node, ast.Constant))
    return {text.value for text in texts if isinstance(text.value, str)}


def test_every_code_has_its_sentences_and_every_sentence_its_code() -> None:
    """No code goes without a message, and no message is left over."""
    used = set().union(*(codes_in(path.read_text("utf-8")) for path in APP.rglob("*.py")))

    assert used == set(MESSAGES)


@pytest.mark.parametrize(("code", "sentences"), MESSAGES.items())
def test_sentences_are_in_both_languages(code: str, sentences: tuple[str, str]) -> None:
    """A code is kebab-case; its sentences are English and Chinese, each with its full stop."""
    english, chinese = sentences

    assert KEBAB.fullmatch(code)
    assert english.isascii()
    assert english.endswith(".")
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert chinese.endswith("。")


def test_codes_stand_in_order() -> None:
    """A reader finds a code by the alphabet."""
    assert list(MESSAGES) == sorted(MESSAGES)


def test_refusal_carries_the_code_alone() -> None:
    """A refusal shows nothing but its code."""
    refusal = Invalid("phone-invalid")

    assert refusal.code == "phone-invalid"
    assert str(refusal) == "phone-invalid"
