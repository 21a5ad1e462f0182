"""Sealings for tests: keys drawn in memory."""

import os

from app.core.sealing import Sealing


def a_sealing(*numbers: int) -> Sealing:
    """Make a sealing with wrapping keys of these numbers."""
    return Sealing({number: os.urandom(32) for number in numbers or (1,)}, os.urandom(32))
