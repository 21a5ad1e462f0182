"""Departments and colleagues by name."""

from uuid import UUID

import pytest

from app.core.clock import new_id
from app.core.kinds import Invalid
from app.features.exchange.references import id_reader, named

SHANGHAI = UUID("01890000-0000-7000-8000-000000000001")
HANGZHOU = UUID("01890000-0000-7000-8000-000000000002")
OTHER = UUID("01890000-0000-7000-8000-000000000003")
KNOWN = named(
    [
        (SHANGHAI, ("Shanghai sales", "上海销售部")),
        (HANGZHOU, ("Hangzhou sales", None)),
        (new_id(), ("Twice", None)),
        (new_id(), ("twice", None)),
    ]
)
read = id_reader(KNOWN, "department-unknown")


@pytest.mark.parametrize("cell", ["Shanghai sales", "SHANGHAI  SALES", "上海销售部", str(SHANGHAI)])
def test_name_or_id_is_read(cell: str) -> None:
    """Both languages, any case, and the id itself."""
    assert read(cell) == SHANGHAI


@pytest.mark.parametrize("cell", ["Paris", str(OTHER), "Twice", "", "-"])
def test_other_name_is_refused(cell: str) -> None:
    """A name that nobody has, or several."""
    with pytest.raises(Invalid) as refused:
        read(cell)

    assert refused.value.code == "department-unknown"
