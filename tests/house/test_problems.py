"""Every problem: a slug of its own, words in both languages, and a test that meets it."""

import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from app.core.problems import REGISTRY, Problem
from app.routes import all_routes
from tests.house.dockerfile import ROOT

assert all_routes()
PROBLEMS: Final = sorted(REGISTRY.values(), key=lambda problem: problem.slug)
each_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.slug)


@each_problem
def test_it_is_declared_whole(problem: type[Problem]) -> None:
    """A problem has a kebab-case slug, a status that refuses, and a title in both languages."""
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", problem.slug)
    assert 400 <= problem.status < 600
    assert re.fullmatch(r"[A-Z].*[.]", problem.title)
    assert re.search(r"[\u4e00-\u9fff].*。\Z", problem.title_zh)
    assert (problem.__doc__ or "").strip()


def test_a_slug_is_taken_once() -> None:
    """A second problem of the same slug does not even come to be."""
    with pytest.raises(TypeError, match="not-found"):
        type("AnotherNotFound", (Problem,), {"slug": "not-found", "status": 404})


@each_problem
def test_some_test_meets_it(problem: type[Problem]) -> None:
    """Outside of this file, a test expects the problem by its slug or by its class."""
    words = re.compile(rf"(?<![\w-])({problem.slug}|{problem.__name__})(?![\w-])")

    assert any(words.search(text) for text in _tests())


@cache
def _tests() -> list[str]:
    own = Path(__file__).name
    return [path.read_text() for path in (ROOT / "tests").rglob("*.py") if path.name != own]
