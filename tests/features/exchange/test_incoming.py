"""Rows: from cells to checked values, or reasons."""

from datetime import date

import pytest

from app.core.clock import new_id
from app.features.exchange.references import References, named
from tests.features.exchange.tables import read_row

CARD = (
    *("客户编号", "客户名称", "手机", "邮箱", "等级", "性别", "生日", "身份证号"),
    *("统一社会信用代码", "注册资本", "备注"),
)


def test_person_is_read() -> None:
    """Values are normalised as an input's are, and go where they belong."""
    cells = ("A1", " 张伟 ", "１３８-0000 0000", "ZW@Example.com", "a级", "男", "1990/1/5")
    row = read_row(CARD, (*cells, "110000190001010012", "", "", "=1+1"))

    assert row.refusals == []
    assert row.kind == "person"
    assert row.values == {
        "name": "张伟",
        "phone": "+8613800000000",
        "email": "zw@example.com",
        "tier": "A",
        "remark": "=1+1",
        "person_profile": {
            "gender": "male",
            "birth_date": date(1990, 1, 5),
            "id_number": "110000190001010012",
        },
        "external_ids": [{"system": "shop", "value": "A1"}],
    }


@pytest.mark.parametrize(
    ("name", "capital", "kind"),
    [
        ("星海贸易有限公司", "", "organization"),
        ("星海（上海）", "500万元", "organization"),
        ("Blue Harbor Trading Co., Ltd.", "", "organization"),
        ("ACME INC", "", "organization"),
        ("张伟", "", "person"),
        ("Alice Young", "", "person"),
        ("Marco", "", "person"),
    ],
)
def test_kind_is_derived(name: str, capital: str, kind: str) -> None:
    """Facts of an organisation, or a name that ends like one, make an organisation."""
    assert read_row(("Name", "Registered capital"), (name, capital)).kind == kind


def test_given_kind_holds() -> None:
    """What the table says is not second-guessed."""
    row = read_row(("姓名", "类型"), ("星海贸易有限公司", "个人"))

    assert row.kind == row.values["kind"] == "person"


@pytest.mark.parametrize(
    ("headers", "cells", "codes"),
    [
        (("姓名", "手机"), ("张伟", "12"), [("phone-invalid", "手机")]),
        (("姓名", "类型"), ("张伟", "船"), [("choice-unknown", "类型")]),
        (
            ("姓名", "手机", "生日"),
            ("张", "x", "x"),
            [("phone-invalid", "手机"), ("date-invalid", "生日")],
        ),
        (("姓名", "类型", "注册资本"), ("张伟", "个人", "5万"), [("profile-mismatch", "")]),
        (("姓名",), ("张伟", "slipped"), [("too-many-cells", "")]),
        (("姓名", "所属部门"), ("张伟", "Paris"), [("department-unknown", "所属部门")]),
        (("姓名", "客户经理"), ("张伟", "Paris"), [("colleague-unknown", "客户经理")]),
        (("姓名",), ("张***",), [("value-is-mask", "姓名")]),
        (("姓名",), ("张\u202e伟",), [("text-control", "姓名")]),
    ],
)
def test_row_is_refused(
    headers: tuple[str, ...], cells: tuple[str, ...], codes: list[tuple[str, str]]
) -> None:
    """Every fault is told, with its column."""
    row = read_row(headers, cells)

    assert [(refusal.code, refusal.header) for refusal in row.refusals] == codes


def test_inexact_number_is_refused() -> None:
    """A number that lost its last digits is not taken for what it looks like."""
    row = read_row(("姓名", "客户编号"), ("张伟", "3.1e17"), inexact=(1, 7))

    assert [(refusal.code, refusal.header) for refusal in row.refusals] == [
        ("number-inexact", "客户编号")
    ]


def test_department_is_read_by_name() -> None:
    """A table calls departments and colleagues by their names."""
    shanghai, lin = new_id(), new_id()
    references = References(
        named([(shanghai, ("Shanghai sales", "上海销售部"))]), named([(lin, ("sales", "林晓"))])
    )

    row = read_row(("姓名", "所属部门", "客户经理"), ("张伟", "上海销售部", "林晓"), references)

    assert (row.values["department_id"], row.values["owner_id"]) == (shanghai, lin)


def test_short_row_is_filled_up() -> None:
    """Cells that are missing at the end are empty."""
    assert read_row(("姓名", "手机"), ("张伟",)).values == {"name": "张伟"}


def test_system_may_come_with_the_row() -> None:
    """A column for the system goes before the option."""
    row = read_row(("姓名", "编号", "外部系统"), ("张伟", "A1", "erp"))

    assert row.claim == {"system": "erp", "value": "A1"}


def test_row_without_number_is_told_by_what_it_says() -> None:
    """Name and phone tell it again, in any spelling and under either language."""
    one = read_row(("姓名", "手机", "城市"), ("张伟", "138-0000-0000", "上海"))
    same = read_row(("City", "Name", "Phone"), ("Shanghai", "张伟", "+86 13800000000"))
    other = read_row(("姓名", "手机"), ("张伟", "13800000001"))

    assert one.claim == same.claim != other.claim
    assert one.claim["system"] == ""


def test_bare_names_are_told_by_the_whole_row() -> None:
    """Two people with one name are two people, unless everything is the same."""
    headers = ("姓名", "城市")
    one, same, other = (read_row(headers, ("张伟", city)) for city in ("上海", "上海", "北京"))

    assert one.claim == same.claim != other.claim
