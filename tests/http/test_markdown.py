"""The document for reading."""

import re

from app.http.markdown import render_markdown
from app.routes import the_document
from tests.http.documented import operations

TEXT = render_markdown(the_document())
ONE = {
    "info": {"title": "CIMS", "version": "1", "description": "About."},
    "tags": [{"name": "notes", "description": "Notes."}],
    "paths": {},
    "components": {"schemas": {}, "examples": {}},
}


def test_every_operation_problem_and_schema_is_rendered() -> None:
    """Nothing of the document is left out."""
    components = the_document()["components"]

    for route, operation in operations():
        assert f"### {operation['operationId']}\n\n`{route.method} {route.path}`\n" in TEXT
    assert all(f"| `{slug}` |" in TEXT for slug in components["examples"])
    assert all(f"### {name}\n" in TEXT for name in components["schemas"])


def test_members_have_group_level_and_both_labels() -> None:
    """The catalogue can be read from the page."""
    cells = ("string or null", "yes", "document", "sensitive", "Document number", "证件号码.")

    assert f"| `id_number` | {' | '.join(cells)} |" in TEXT


def test_filters_of_a_list_are_told_by_member() -> None:
    """One row names all comparisons."""
    assert "| `tier` | eq, in, ne, null | classes |" in TEXT
    assert "`tier.in`" not in TEXT.split("### list_customers")[1].split("### ")[0]


def test_links_within_the_page_lead_somewhere() -> None:
    """Every schema that is linked has its heading."""
    headings = {line.strip("# ").lower() for line in TEXT.splitlines() if line.startswith("#")}
    links = set(re.findall(r"\]\(#([^)]+)\)", TEXT))

    assert links <= headings


def test_tables_are_whole() -> None:
    """All rows of a table have as many cells as its head."""
    for table in re.findall(r"(?:^\|.*\|\n)+", TEXT, flags=re.MULTILINE):
        assert len({row.count("|") for row in table.splitlines()}) == 1, table


def test_an_empty_document_is_a_page_too() -> None:
    """Head, tags and the two last headings remain."""
    text = render_markdown(ONE)

    assert text.startswith("<!-- Made from the code")
    assert text.endswith("## Problems\n\n## Schemas\n")
