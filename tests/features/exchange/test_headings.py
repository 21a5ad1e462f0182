"""Which column brings which field."""

from collections import Counter

import pytest

from app.core.records import Record
from app.features.customers.models import (
    Customer,
    ExternalId,
    OrganizationProfile,
    PersonProfile,
)
from app.features.exchange.headings import find_headings, plain_name
from app.features.exchange.problems import HeadersUnknown, HeaderTwice
from tests.features.exchange.tables import a_sheet, headings_of


@pytest.mark.parametrize("record", [Customer, PersonProfile, OrganizationProfile, ExternalId])
def test_no_two_fields_share_an_import_name(record: type[Record]) -> None:
    """Within a record, a header names one field."""
    names = Counter(
        name
        for entry in record.fields.values()
        if not entry.owned
        for name in {plain_name(name) for name in entry.import_names}
    )

    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("客户名称", Customer.name),
        ("姓名*", Customer.name),
        ("姓 名（必填）", Customer.name),
        ("FULL NAME", Customer.name),
        ("Ｅ－ｍａｉｌ", Customer.email),
        ("e_mail", Customer.email),
        ("first_trade_on", Customer.first_trade_on),
        ("\ufeff手机号", Customer.phone),
        ("身份证号", PersonProfile.id_number),
        ("统一社会信用代码", OrganizationProfile.registration_no),
        ("客户编号", ExternalId.value),
        ("External ID", ExternalId.value),
        ("Customer No.", ExternalId.value),
    ],
)
def test_header_is_recognised(header: str, field: object) -> None:
    """English and Chinese, whatever the case, width, spaces and marks."""
    columns = headings_of(header).columns

    assert field in {column.entry for kind in columns.values() for column in kind}


@pytest.mark.parametrize("header", ["注册资本(万元)", "拼音", "Status", "创建时间", "Shoe size"])
def test_header_is_not_known(header: str) -> None:
    """Units, fields that the service owns, and other words are left out and told of."""
    headings = headings_of("Name", header)

    assert headings.unknown == (header,)


def test_own_columns_are_no_surprise() -> None:
    """What we put beside refused rows is passed over in silence."""
    assert headings_of("Name", "row", "reason").unknown == ()


def test_profile_columns_go_by_kind() -> None:
    """A person's columns are for persons, the customer's for all."""
    columns = headings_of("Name", "性别", "法定代表人").columns

    assert [column.header for column in columns["person"]] == ["Name", "性别"]
    assert [column.header for column in columns["organization"]] == ["Name", "法定代表人"]


def test_title_rows_are_passed_over() -> None:
    """The headers are the first row that names a customer."""
    sheet = a_sheet(["2026年客户名单", ""], ["", ""], ["姓名", "电话"], ["张伟", ""])

    headings, rows = find_headings(sheet.rows)

    assert headings.row.number == 3
    assert next(rows).cells == ["张伟", ""]


def test_table_needs_a_name_or_number() -> None:
    """Without either there is nothing to load."""
    with pytest.raises(HeadersUnknown):
        find_headings(a_sheet(["City", "Tier"], ["Shanghai", "A"]).rows)


def test_field_comes_once() -> None:
    """Two columns for one field are refused, by their headers."""
    with pytest.raises(HeaderTwice) as refused:
        find_headings(a_sheet(["姓名", "手机", "电话"]).rows)

    assert refused.value.members == {"columns": ["手机", "电话"]}
