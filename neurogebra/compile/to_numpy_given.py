"""What people give where numbers are meant, as a NumPy array that means the same.

Lists, buffers and whatever offers itself as an array are read; a mask, text, and what keeps its numbers elsewhere are
refused, because nothing that was said with them may be lost in silence. The refusal is the short fact, to which the
caller adds whose value it was. It knows no formula and no dtype but what it cannot read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurogebra.compile.to_numpy_frameworks import unwrapped
from neurogebra.errors import InputError, brief

__all__ = ["array_of"]

MASKED = "a masked array, whose mask would be lost (.filled(...) and .compressed() give its numbers)"


def array_of(value: Any) -> NDArray[Any]:
    """The array that NumPy makes of it. InputError says what it is where that is none, or not all of it."""
    if isinstance(value, (str, bytes, bytearray, bool, complex)) or value is None:
        raise InputError(brief(value))
    ma = sys.modules.get("numpy.ma")  # whoever has a mask has loaded it
    if ma is not None and isinstance(value, ma.MaskedArray):
        raise InputError(MASKED)
    try:
        array = value if type(value) is np.ndarray else np.asarray(unwrapped(value))
    except InputError:
        raise
    except ValueError as reason:
        raise InputError(f"a ragged list ({reason})") from None
    except (TypeError, RuntimeError) as reason:  # a tensor on a device, or of a dtype that NumPy lacks
        raise InputError(f"a {type(value).__name__} that NumPy cannot read ({reason})") from None
    if isinstance(value, (list, tuple)):
        if ma is not None and any(isinstance(each, ma.MaskedArray) for each in _arrays(value)):
            raise InputError(MASKED)
        if array.dtype == object and all(type(each) in (int, float) for each in array.flat):
            return _of_whole_numbers(array)  # beyond 64 bits
    return array


def _arrays(nested: Iterable[Any]) -> Iterator[Any]:
    """What stands in lists and is no plain number. Its types first: that takes as long as NumPy's reading, no more."""
    if set(map(type, nested)) <= {int, float}:
        return
    for each in nested:
        if isinstance(each, (list, tuple)):
            yield from _arrays(each)
        else:
            yield each


def _of_whole_numbers(array: NDArray[Any]) -> NDArray[Any]:
    """As floats, as one such number alone becomes."""
    from neurogebra.compile.choose import as_float

    found = np.fromiter(map(as_float, array.flat), dtype=np.float64, count=array.size)
    return found.reshape(array.shape)
