"""The garbage collector, asked to wait while a library is loaded.

Loading SymPy makes a quarter of a million objects that stay, and the collector looks through them 150 times while
they come: 30 ms of 260, in which it finds nothing. It is paused for that time and set going again whatever happens,
or left off where it was off. It knows nothing of what is loaded.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["paused"]


@contextmanager
def paused() -> Iterator[None]:
    """No garbage is collected inside; threads share the collector, so keep it short."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
