"""Networks: what lies in them, in any spelling, and what is none."""

import pytest

from app.core.networks import Networks, address_in, network_in

HELD = Networks.of(["192.0.2.0/24", "2001:db8::/48", "198.51.100.7"])


@pytest.mark.parametrize(
    ("source", "lies_in"),
    [
        ("192.0.2.0", True),
        ("192.0.2.255", True),
        ("::ffff:192.0.2.9", True),
        ("198.51.100.7", True),
        ("2001:db8:0:ffff::1", True),
        ("2001:0DB8:0000::1", True),
        ("192.0.3.0", False),
        ("198.51.100.8", False),
        ("2001:db8:1::1", False),
        ("192.0.2.9%eth0", False),
        ("192.0.2", False),
        ("192.0.2.09", False),
        ("3221225994", False),
        (" 192.0.2.9", False),
        ("", False),
        ("1" * 5000, False),
        (None, False),
    ],
)
def test_an_address_lies_in_a_network(source: str | None, lies_in: bool) -> None:  # noqa: FBT001 - a table
    """One address has one place, however it is written; what is no address has none."""
    assert (source in HELD) is lies_in


def test_an_empty_list_holds_nobody() -> None:
    """Without networks there is no address in them."""
    assert "192.0.2.1" not in Networks(())


def test_what_is_no_network_admits_nobody() -> None:
    """A broken list admits less, never more."""
    assert Networks.of(["192.0.2.1/24", "x", "", "fe80::%eth0/64", "1" * 100]) == Networks(())
    assert network_in("192.0.2.0/33") is None


def test_a_mapped_address_is_the_one_it_stands_for() -> None:
    """IPv4 written as IPv6 is IPv4."""
    assert str(address_in("::ffff:192.0.2.9")) == "192.0.2.9"
