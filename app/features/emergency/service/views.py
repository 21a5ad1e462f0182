"""Emergency accesses as they are shown, with what was read under each."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson

from app.core.work import UnitOfWork
from app.features.emergency.models import EmergencyReason
from app.features.emergency.repository import EmergencyRepository
from app.features.emergency.schemas import EmergencyAccessView
from app.features.emergency.service.texts import opened
from app.features.staff.directory import StaffDirectory

SHOWN: Final = dict.fromkeys(EmergencyAccessView.model_fields, "read")
REASONS: Final = {one.value: (one.en, one.zh) for one in EmergencyReason}


async def shown(work: UnitOfWork, access: Mapping[str, Any]) -> dict[str, Any]:
    """Show one access, and note that on the line."""
    return (await shown_all(work, [access]))[0]


async def shown_all(
    work: UnitOfWork, accesses: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Show accesses, each with the newest requests under it, and note that on the line."""
    reads: dict[UUID, list[dict[str, Any]]] = {}
    for line in await EmergencyRepository(work).reads(accesses):
        reads.setdefault(line["access_id"], []).append(line)
    work.note([str(one["customer_id"]) for one in accesses], "emergency-accesses", SHOWN)
    return [_view(work, one, reads.get(one["emergency_access_id"], [])) for one in accesses]


def _view(
    work: UnitOfWork, access: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    directory: StaffDirectory = work.platform.tools[StaffDirectory]
    user = directory.staff.users.get(access["user_id"])
    en, zh = REASONS.get(access["reason"], (access["reason"],) * 2)
    values = {
        **access,
        "username": user.username if user else None,
        "display_name": user.display_name if user else None,
        "reason": {"code": access["reason"], "en": en, "zh": zh},
        "reason_text": opened(work, access, "reason_text"),
        "is_reviewed": not access["awaits_review"],
        "note": opened(work, access, "note"),
        "reads_count": lines[0]["number"] if lines else 0,
        "reads": [_read(line) for line in lines],
    }
    return {name: _plain(values[name]) for name in EmergencyAccessView.model_fields}


def _read(line: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: line[name] for name in ("at", "operation", "status", "purpose")}
    return {**told, "fields": orjson.Fragment(line["shown"] or "{}")}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
