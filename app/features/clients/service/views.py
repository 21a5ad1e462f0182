"""Views of other systems: what leaves of them."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

from app.core.clock import now
from app.core.views import Shown
from app.features.clients.repository import ApiClient, LiveSecret
from app.features.staff.models import UserStatus
from app.features.staff.snapshot import Snapshot

STATUSES: Final = {UserStatus.SUSPENDED: "disabled", UserStatus.DEPARTED: "ended"}
# What changes by itself is no part of what If-Match speaks for.
PASSING: Final = ("used_at", "used_from")


def terms_of(client: ApiClient) -> dict[str, Any]:
    """Show what a client was given; its ETag is over this."""
    values = {name: value for name, value in asdict(client).items() if name not in PASSING}
    return {**values, "status": STATUSES.get(client.status, client.status.value)}


def list_view(client: ApiClient, staff: Snapshot) -> dict[str, Any]:
    """Show a client as lists do."""
    return {**terms_of(client), **passing_of(client, staff)}


def passing_of(client: ApiClient, staff: Snapshot) -> dict[str, Any]:
    """Show what follows from roles, time and use."""
    owner = staff.users.get(client.owner_id) if client.owner_id else None
    return {
        "status": status_of(client),
        "owner_is_active": owner is not None and owner.is_active_person,
        "granted_scopes": sorted(staff.granted(client.roles, client.scopes)),
        "last_used_at": client.used_at,
        "last_used_from": client.used_from,
    }


def status_of(client: ApiClient) -> str:
    """Return the status in words; one that is active by itself may have expired."""
    is_over = client.status is UserStatus.ACTIVE and client.expires_at <= now()
    return "expired" if is_over else STATUSES.get(client.status, client.status.value)


def whole(
    client: ApiClient, staff: Snapshot, secrets: Iterable[LiveSecret], **further: Any
) -> Shown:
    """Show a client with its live secrets; a new secret goes out this once."""
    extra = {**passing_of(client, staff), "secrets": [asdict(one) for one in secrets], **further}
    return Shown(terms_of(client), extra)
