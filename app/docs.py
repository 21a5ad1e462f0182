"""The generated pages: what the repository holds of them, and whether it is up to date."""

from pathlib import Path
from typing import Final

from app.http.markdown import render_markdown
from app.routes import the_document
from app.settings import settings_table

OPENING: Final = "<!-- settings -->"
CLOSING: Final = "<!-- /settings -->"


def generate(root: Path) -> dict[Path, str]:
    """Return the pages that are made from the code, by path; needs no database."""
    pages = {root / "openapi.md": render_markdown(the_document())}
    readme = root / "README.md"
    if readme.exists():
        pages[readme] = with_settings(readme.read_text(encoding="utf-8"))
    return pages


def drift(root: Path) -> list[Path]:
    """Return the pages that are missing or not what the code makes of them."""
    return [path for path, text in generate(root).items() if _held(path) != text]


def with_settings(text: str) -> str:
    """Write the table of settings between its marks; raises LookupError where they are missing."""
    before, opening, rest = text.partition(OPENING)
    _, closing, after = rest.partition(CLOSING)
    if not (opening and closing):
        raise LookupError(f"README.md needs {OPENING} and {CLOSING} around its table of settings")
    rows = [
        f"| `{name}` | {_code(default)} | {about} |" for name, default, about in settings_table()
    ]
    table = "\n".join(["| Setting | Default | Meaning |", "| --- | --- | --- |", *rows])
    return f"{before}{opening}\n{table}\n{closing}{after}"


def _code(default: str) -> str:
    return f"`{default}`" if default else ""


def _held(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
