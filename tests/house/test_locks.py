"""The lock files: complete, hashed, free of places, and in step with pyproject.toml."""

import re
import tomllib
from dataclasses import dataclass

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.dockerfile import ROOT

_LOCKS = {"requirements.txt": ["embedded"], "requirements-dev.txt": ["embedded", "dev"]}
_PIN = re.compile(
    r"(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>\S+)(?: ; .*?)?"
    r"(?P<hashes>( --hash=sha256:[0-9a-f]{64})+)"
)


@dataclass(frozen=True)
class Lock:
    """The lines of a lock file, comments left out and continued lines joined."""

    text: str

    @property
    def lines(self) -> list[str]:
        """One line for each package."""
        without_comments = re.sub(r"^\s*#.*\n", "", self.text, flags=re.MULTILINE)
        return re.sub(r"\\\n\s*", "", without_comments).splitlines()

    @property
    def versions(self) -> dict[str, str]:
        """The version of each package by its name."""
        pins = [pin for line in self.lines if (pin := _PIN.fullmatch(line))]
        return {canonicalize_name(pin["name"]): pin["version"] for pin in pins}


@pytest.fixture(params=_LOCKS)
def lock_name(request: pytest.FixtureRequest) -> str:
    """Each lock file in turn."""
    return str(request.param)


def test_every_line_is_pinned_and_hashed(lock_name: str) -> None:
    """A lock file holds nothing but exact versions with their hashes."""
    assert [line for line in _lock(lock_name).lines if not _PIN.fullmatch(line)] == []


def test_no_place_is_named(lock_name: str) -> None:
    """No registry, address or folder of a machine stands in a lock file."""
    text = _lock(lock_name).text

    assert re.findall(r"://|^-|file:|/\w+/", text, flags=re.MULTILINE) == []


def test_direct_needs_are_locked_as_declared(lock_name: str) -> None:
    """Each need of pyproject.toml is locked to a version that it admits."""
    versions = _lock(lock_name).versions
    needs = [Requirement(need) for need in _declared(_LOCKS[lock_name])]

    unmet = [
        str(need)
        for need in needs
        if not need.specifier.contains(versions.get(canonicalize_name(need.name), "0"))
    ]

    assert unmet == []


def test_developing_adds_to_running() -> None:
    """What is tested is what runs: both files agree on every package they share."""
    running, developing = (_lock(name).versions.items() for name in _LOCKS)

    assert running < developing


def _lock(name: str) -> Lock:
    return Lock((ROOT / name).read_text())


def _declared(extras: list[str]) -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    chosen = [need for extra in extras for need in project["optional-dependencies"][extra]]
    return [*project["dependencies"], *chosen]
