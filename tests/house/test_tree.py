"""The tree of files: sizes within limits, tests beside what they test, no forbidden words."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.house.dockerfile import ROOT
from tests.house.sources import Source, sources

ALL: Final = sources("app", "tests", "bench")
LONGEST_FILE: Final = 300
LONGEST_FUNCTION: Final = 40
FORBIDDEN_FILES: Final = {"utils", "helpers", "common", "manager", "base2", "misc"}
FORBIDDEN_MARKS: Final = re.compile(r"\b(TO" + "DO|FIX" + "ME|HA" + r"CK)\b")
STORIES: Final = {"house", "journeys"}

each_source = pytest.mark.parametrize("source", ALL, ids=lambda source: str(source.path))


@each_source
def test_a_file_is_read_in_one_sitting(source: Source) -> None:
    """No file has more than 300 lines, no function more than 40."""
    long = [
        function.name
        for function in source.functions()
        if (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION
    ]

    assert len(source.lines) <= LONGEST_FILE
    assert long == []


@each_source
def test_a_file_has_a_name_that_says_something(source: Source) -> None:
    """No file is a drawer for whatever else there is, and each says what it is for."""
    first = source.tree.body[0].value if source.tree.body else None  # type: ignore[attr-defined]  # a docstring is an expression

    assert not FORBIDDEN_FILES & {*source.path.with_suffix("").parts}
    assert isinstance(getattr(first, "value", None), str), "no docstring"


@each_source
def test_nothing_is_left_for_later(source: Source) -> None:
    """No file holds a note of what is still to be done."""
    assert FORBIDDEN_MARKS.findall(source.text) == []


@pytest.mark.parametrize("source", sources("app"), ids=lambda source: str(source.path))
def test_code_goes_through_our_own_doors(source: Source) -> None:
    """Refusals are problems, settings come from app/settings."""
    names = set(source.names())

    assert "HTTPException" not in names or source.path == Path("app/http/errors.py")
    assert not {"environ", "getenv"} & names or _may_read_environment(source)


def _may_read_environment(source: Source) -> bool:
    """The settings do; and what hands an environment on to a program it starts."""
    return source.path == Path("app/settings/reading.py") or "app/postgres" in str(source.path)


@pytest.mark.parametrize(
    "test",
    [source.path for source in sources("tests") if source.path.name.startswith("test_")],
    ids=str,
)
def test_a_test_stands_beside_what_it_tests(test: Path) -> None:
    """The path of a test mirrors that of a source, or the test tells a whole story."""
    assert STORIES & {*test.parts} or _mirrored(test)


def _mirrored(test: Path) -> bool:
    """A module of that name, or a folder named as the module; a feature is tested as a whole."""
    folder = ROOT / Path("app", *test.parts[1:-1])
    name = test.stem.removeprefix("test_")
    is_feature = folder.parent == ROOT / "app" / "features" and folder.is_dir()
    wanted = (folder / f"{name}.py", folder / name / "__init__.py", folder.with_suffix(".py"))
    return is_feature or any(path.exists() for path in wanted)
