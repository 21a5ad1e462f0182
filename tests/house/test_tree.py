"""The tree of files: sizes within limits, tests beside what they test, no forbidden words."""

import ast
import re
from pathlib import Path
from typing import Final

from tests.house.dockerfile import ROOT
from tests.house.sources import Source, sources

LONGEST_FILE: Final = 300
LONGEST_FUNCTION: Final = 40
FORBIDDEN_FILES: Final = {"utils", "helpers", "common", "manager", "base2", "misc"}
FORBIDDEN_MARKS: Final = re.compile(r"\b(TO" + "DO|FIX" + "ME|HA" + r"CK)\b")
STORIES: Final = {"house", "journeys"}


def everything() -> tuple[Source, ...]:
    """Return every source there is."""
    return sources("app", "tests", "bench")


def test_files_are_read_in_one_sitting() -> None:
    """No file has more than 300 lines, no function more than 40."""
    long_files = [str(one.path) for one in everything() if len(one.lines) > LONGEST_FILE]
    long_functions = [
        f"{one.path}: {function.name}"
        for one in everything()
        for function in one.functions()
        if (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION
    ]

    assert long_files == []
    assert long_functions == []


def test_files_have_names_that_say_something() -> None:
    """No file is a drawer for whatever else there is, and each says what it is for."""
    drawers = [
        str(one.path) for one in everything() if FORBIDDEN_FILES & {*one.path.with_suffix("").parts}
    ]

    assert drawers == []
    assert [str(one.path) for one in everything() if ast.get_docstring(one.tree) is None] == []


def test_nothing_is_left_for_later() -> None:
    """No file holds a note of what is still to be done."""
    assert [str(one.path) for one in everything() if FORBIDDEN_MARKS.search(one.text)] == []


def test_code_goes_through_our_own_doors() -> None:
    """Refusals are problems, settings come from app/settings."""
    names = {one: {*one.names()} for one in sources("app")}
    refusing = [one.path for one, said in names.items() if "HTTPException" in said]
    reading = [one for one, said in names.items() if {"environ", "getenv"} & said]

    assert {*refusing} <= {Path("app/http/errors.py")}
    assert [str(one.path) for one in reading if not _may_read_environment(one)] == []


def _may_read_environment(source: Source) -> bool:
    """The settings do; and what hands an environment on to a program it starts."""
    return source.path == Path("app/settings/reading.py") or "app/postgres" in str(source.path)


def test_tests_stand_beside_what_they_test() -> None:
    """The path of a test mirrors that of a source, or the test tells a whole story."""
    tests = [one.path for one in sources("tests") if one.path.name.startswith("test_")]

    assert [str(one) for one in tests if not (STORIES & {*one.parts} or _mirrored(one))] == []


def _mirrored(test: Path) -> bool:
    """A module of that name, or a folder named as the module; a feature is tested as a whole."""
    folder = ROOT / Path("app", *test.parts[1:-1])
    name = test.stem.removeprefix("test_")
    is_feature = folder.parent == ROOT / "app" / "features" and folder.is_dir()
    wanted = (folder / f"{name}.py", folder / name / "__init__.py", folder.with_suffix(".py"))
    return is_feature or any(path.exists() for path in wanted)
