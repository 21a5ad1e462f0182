"""The command that writes the generated documents, or checks them."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.surroundings import StartRefusedError, console, one_sentence
from app.core.migrating import ROOT
from app.docs import drift, generate

Check = Annotated[bool, typer.Option("--check", help="Only say whether they differ.")]


def docs(*, check: Check = False) -> None:
    """Write openapi.md and the generated parts of README.md."""
    with one_sentence():
        if check:
            _require_no_drift(ROOT)
            return
        for path, text in generate(ROOT).items():
            path.write_text(text, encoding="utf-8")
            console.print(f"wrote {path.relative_to(ROOT)}")


def _require_no_drift(root: Path) -> None:
    stale = [str(path.relative_to(root)) for path in drift(root)]
    if stale:
        raise StartRefusedError(f"Out of date: {', '.join(stale)}; run `make docs`.")
    console.print("The generated documents are up to date.")
