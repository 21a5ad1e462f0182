"""The Python sources of the project, read and parsed once."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.house.dockerfile import ROOT


@dataclass(frozen=True, slots=True)
class Source:
    """A file: where it stands below the root, its text and its tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> list[str]:
        """The lines of the file."""
        return self.text.splitlines()

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Return every function in the file, nested ones and methods included."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def texts(self) -> Iterator[str]:
        """Return every text that the code holds, words of documentation left out."""
        documentation = {
            node.value
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and node not in documentation:
                yield str(node.value)

    def names(self) -> Iterator[str]:
        """Return every name and attribute that the code mentions, imported ones included."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name):
                yield node.id
            elif isinstance(node, ast.Attribute):
                yield node.attr
            elif isinstance(node, ast.alias):
                yield from node.name.split(".")


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Return the sources below some folders of the project, in order of their paths."""
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return tuple(_source(path) for path in sorted(paths))


@cache
def _source(path: Path) -> Source:
    text = path.read_text()
    return Source(path.relative_to(ROOT), text, ast.parse(text))
