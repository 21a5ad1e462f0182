"""Where a running PostgreSQL is reached, and as whom."""

from pathlib import Path

import asyncpg

from app.postgres.addresses import Addresses, Role
from app.postgres.cluster import Cluster

PASSWORDS = dict.fromkeys(Role, "a/b?c@d:e")


def test_password_is_not_shown() -> None:
    """Neither text nor repr of the addresses holds a password."""
    addresses = Addresses(23456, None, PASSWORDS)

    assert "a/b" not in f"{addresses} {addresses!r}"


def test_tcp_stands_in_for_a_missing_socket() -> None:
    """Without a socket every address goes over TCP, with the password escaped."""
    addresses = Addresses(23456, None, PASSWORDS)

    assert addresses.app == "postgresql://cims_app:a%2Fb%3Fc%40d%3Ae@127.0.0.1:23456/cims"


def test_socket_is_preferred() -> None:
    """With a socket the address names its folder and the port that is part of its name."""
    addresses = Addresses(23456, Path("/run/some where"), PASSWORDS)

    assert addresses.auditor.endswith("@/cims?host=%2Frun%2Fsome%20where&port=23456")


async def test_both_ways_lead_to_the_same_server(cluster: Cluster) -> None:
    """Each working role signs in over the socket and over TCP."""
    addresses = cluster.addresses

    for role in (Role.OWNER, Role.APP, Role.AUDITOR):
        for address in (addresses.dsn(role), addresses.tcp_dsn(role)):
            connection = await asyncpg.connect(address)
            assert await connection.fetchval("SELECT current_user") == role
            await connection.close()
