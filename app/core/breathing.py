"""Breathing: long work on the event loop lets what is waiting have its turn."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Final, TypeVar

# Of work that takes some microseconds an item, so many keep nobody waiting for a millisecond.
AT_ONCE: Final = 16
Item = TypeVar("Item")


async def breathing(items: Iterable[Item], at_once: int = AT_ONCE) -> AsyncIterator[Item]:
    """Yield the items one by one, and let others have their turn after every few."""
    for place, item in enumerate(items, 1):
        yield item
        if place % at_once == 0:
            await asyncio.sleep(0)
