"""The made-up world of the demo."""

from app.core.clock import new_id
from app.features.exchange.demo import demo_sheets, last_number
from app.features.exchange.demo_writing import ORGANIZATIONS, PERSONS, Team
from app.features.exchange.headings import find_headings
from app.features.exchange.incoming import Incoming, RowReader
from app.features.exchange.references import References, named

TEAMS = [Team(("上海销售部", "Shanghai sales"), ("sales",)), Team(("客服中心", "Customer service"))]
KNOWN = References(
    named([(new_id(), team.name) for team in TEAMS]), named([(new_id(), ("sales",))])
)


def read_all() -> list[Incoming]:
    """Read both tables as they would be loaded."""
    found = []
    for sheet in demo_sheets(TEAMS):
        headings, rows = find_headings(sheet.rows)
        assert headings.unknown == ()
        reader = RowReader(headings, KNOWN, "demo")
        found += [reader.read(row) for row in rows]
    return found


def test_all_rows_are_good() -> None:
    """2,000 persons and 300 organisations, none refused, each with a number of its own."""
    rows = read_all()

    assert [row.row.number for row in rows if row.refusals] == []
    assert len({row.claim["value"] for row in rows}) == len(rows)
    assert sum(row.kind == "person" for row in rows) == 2 * PERSONS == 2000
    assert sum(row.kind == "organization" for row in rows) == 2 * ORGANIZATIONS == 300
    assert rows[-1].claim["value"] == last_number()


def test_demo_is_the_same_each_time() -> None:
    """Made twice it is the same, so a second start finds everything there."""
    one, two = ([sheet.digest for sheet in demo_sheets(TEAMS)] for _ in range(2))

    assert one == two


def test_contact_data_lead_nowhere() -> None:
    """Addresses under example domains, numbers with four noughts or set aside for films."""
    for row in read_all():
        assert row.values["email"].partition("@")[2] in {"example.cn", "example.org"}
        phone = row.values["phone"]
        assert phone[6:10] == "0000" or phone.startswith(("+447700900", "+441632960"))
