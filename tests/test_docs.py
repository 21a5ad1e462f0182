"""The generated pages of the repository."""

from pathlib import Path

import pytest

from app.docs import CLOSING, OPENING, drift, generate, with_settings
from app.settings import settings_table


def test_a_repository_without_readme_has_one_page(tmp_path: Path) -> None:
    """Only openapi.md is made; it is missing until it is written."""
    pages = generate(tmp_path)

    assert list(pages) == [tmp_path / "openapi.md"]
    assert drift(tmp_path) == [tmp_path / "openapi.md"]


def test_what_was_written_does_not_drift(tmp_path: Path) -> None:
    """Once written, the pages are up to date, until somebody changes one of them."""
    readme = tmp_path / "README.md"
    readme.write_text(f"# Title\n{OPENING}{CLOSING}\nThe end.\n")
    for path, text in generate(tmp_path).items():
        path.write_text(text)

    assert drift(tmp_path) == []
    assert readme.read_text().startswith(f"# Title\n{OPENING}\n| Setting | Default | Meaning |")
    assert readme.read_text().endswith(f"|\n{CLOSING}\nThe end.\n")

    readme.write_text(readme.read_text().replace("CIMS_PORT", "CIMS_DOOR"))
    assert drift(tmp_path) == [readme]


def test_every_setting_stands_in_the_table() -> None:
    """Name, default and meaning come from the code."""
    text = with_settings(f"{OPENING}{CLOSING}")

    for name, default, about in settings_table():
        assert f"| `{name}` | {f'`{default}`' if default else ''} | {about} |" in text


def test_a_readme_without_the_marks_is_refused() -> None:
    """The message says what is missing."""
    with pytest.raises(LookupError, match="<!-- settings --> and"):
        with_settings("# Title\n")
