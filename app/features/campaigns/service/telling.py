"""Telling owners of their open tasks: one mail for each person, round and occasion."""

from collections.abc import Mapping
from typing import Any, Final

from app.core.work import UnitOfWork
from app.features.campaigns.repository import RoundRepository
from app.features.mail.templates import Template
from app.features.staff.service import tell_colleague
from app.features.staff.service.notices import moment

BATCH: Final = 50


async def tell_owners(
    work: UnitOfWork, campaign: Mapping[str, Any], occasion: str, template: Template
) -> int:
    """Queue mail to the next owners with open tasks, within the transaction; return how many."""
    rounds = RoundRepository(work)
    of = {name: campaign[name] for name in ("campaign_id", "round")}
    owners = await rounds.to_tell(occasion, BATCH, **of)
    for user_id, count in owners:
        if await rounds.tell(user_id, occasion, **of):
            words = {
                "campaign": campaign["name"],
                "count": str(count),
                "until": moment(campaign["round_closes_at"]),
            }
            await tell_colleague(work, user_id, template, words)
    return len(owners)
