"""What people write about an emergency: checked, and sealed with the customer's key."""

import base64
import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from app.core.kinds import Invalid, text
from app.core.problems import Fault, Malformed
from app.core.sealing import CustomerKey, place_of, seal, unseal
from app.core.work import UnitOfWork

TABLE: Final = "emergency_accesses"
TICKET: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9#._/-]{0,49}")
WORDS: Final = text(max_length=2000, multiline=True)


def words(written: str, pointer: str, least: int = 1) -> str:
    """Return what somebody wrote; raises Malformed when it is too little or not acceptable."""
    try:
        found: str = WORDS.normalise(written)
    except Invalid as refused:
        raise Malformed(faults=[Fault(pointer, refused.code)]) from None
    if len(found) < least:
        raise Malformed(faults=[Fault(pointer, "reason-too-short")])
    return found


def require_ticket(ticket: str | None) -> None:
    """Refuse what is no number of a ticket: it stands in the audit in clear."""
    if ticket is not None and not TICKET.fullmatch(ticket):
        raise Malformed(faults=[Fault("/ticket", "ticket-form")])


def sealed(work: UnitOfWork, access: Mapping[str, Any], name: str, written: str) -> bytes | None:
    """Seal a text of an access; nothing is kept of a customer whose key is destroyed."""
    key = _key(work, access)
    return seal(key, _place(access, name), {name: written}) if key else None


def opened(work: UnitOfWork, access: Mapping[str, Any], name: str) -> str | None:
    """Open a text of an access, until the customer's data are erased."""
    key, held = _key(work, access), access[name]
    if key is None or held is None:
        return None
    written: str = unseal(key, _place(access, name), held)[name]
    return written


def keep_reason(work: UnitOfWork, access: Mapping[str, Any], written: str) -> None:
    """Keep the reason on the line as well, as every other reason is."""
    key = _key(work, access)
    if key is not None:
        place = place_of("audit_lines", "reason", access["customer_id"], work.line.line_id)
        work.line.reason = base64.b64encode(seal(key, place, {"reason": written})).decode()


def _key(work: UnitOfWork, access: Mapping[str, Any]) -> CustomerKey | None:
    if access["wrapped"] is None:
        return None
    customer_id: UUID = access["customer_id"]
    sealing = work.platform.sealing
    return sealing.open_key(customer_id, access["wrapping_key"], access["wrapped"])


def _place(access: Mapping[str, Any], name: str) -> bytes:
    return place_of(TABLE, name, access["customer_id"], access["emergency_access_id"])
