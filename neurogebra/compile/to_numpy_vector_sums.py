"""Sums of rows with next to no rounding, and the threshold of sparsemax from them.

The leading bits of a row's terms, cut off at one place for all of them, add up without any rounding, and what is left
is so small that its roundings do not count (the extraction of Rump, Ogita and Oishi's sums). So a sum costs one
rounding for five passes, where adding by halves costs log2(n) roundings. It knows no stages and no bounds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neurogebra.compile.to_numpy_kernels import tail_add, tail_mul

__all__ = ["compensated", "summed", "threshold"]

Array = NDArray[np.float64]
LONGEST = 2**21  # terms: the roundings of what is left are 0.05 of one of the largest term's, which is the most


def summed(value: Array, size: Array | None = None) -> Array:
    """The sum of each row, (rows, 1): one rounding, and 0.1 of one of its largest term's; nan beyond 1e290.

    `size`: of the largest term of each row, where it is known.
    """
    if value.shape[1] > LONGEST:
        return compensated(value)
    high, low = _apart(value, size)
    return high + low


def _apart(value: Array, size: Array | None = None) -> tuple[Array, Array]:
    """The sum of each row as two floats, the first without any rounding."""
    if size is None:
        size = np.maximum(value.max(axis=1, keepdims=True), -value.min(axis=1, keepdims=True))
    cut = np.ldexp(1.5, np.frexp(size)[1] + value.shape[1].bit_length())
    upper = value + cut
    upper -= cut
    high = upper.sum(axis=1, keepdims=True)
    np.subtract(value, upper, upper)
    return high, upper.sum(axis=1, keepdims=True)


def compensated(value: Array) -> Array:
    """The sum of each row, (rows, 1), by halves, with every rounding kept."""
    terms = np.ascontiguousarray(value.T)  # so that halves are whole blocks of memory
    low = np.zeros(terms.shape[1:])
    while len(terms) > 1:
        half = len(terms) // 2
        one, two, odd = terms[:half], terms[half : 2 * half], terms[2 * half :]
        added = one + two
        low = low + tail_add(one, two, added).sum(axis=0)
        terms = np.concatenate([added, odd]) if len(odd) else added
    total: Array = terms[0] + low
    return total[:, None]


def threshold(u: Array) -> tuple[Array, Array, Array]:
    """The t for which sum(Max(0, u - t)) is 1: head, tail, and a bound on the tail's error; inf where it is open.

    Only elements within 1 of the largest lie above it. Which do is read off their sums in order, in float64; where
    one lies so near that rounding may decide, the row is left open.
    """
    top, n = u.max(axis=1, keepdims=True), u.shape[1]
    most = max(1, int((u > top - 1 - 2.0**-50 * np.abs(top)).sum(axis=1).max()))
    near = u if most == n else np.partition(u, n - most, axis=1)[:, n - most :]
    near = np.sort(near, axis=1)[:, ::-1]
    gap = top - near  # rising
    k = np.arange(1.0, most + 1)
    below, before = k * gap, np.cumsum(gap, axis=1)
    level = below - before  # rises too; an element is above the threshold where it is below 1
    doubt = (np.abs(level - 1) <= most * 2.0**-50 * (below + before)).any(axis=1, keepdims=True)
    above = level < 1
    count = above.sum(axis=1, keepdims=True).astype(np.float64)
    high, low = _apart(np.where(above, gap, 0.0))
    low += np.where(above, tail_add(top, -near, gap), 0.0).sum(axis=1, keepdims=True)
    total = high + 1
    low += tail_add(high, 1.0, total)
    share = total / count
    back = share * count
    rest = ((total - back) - tail_mul(share, count, back) + low) / count
    head = top - share
    tail = tail_add(top, -share, head) - rest
    places = most.bit_length()
    error = 2.0**-52 * (np.abs(tail) + 2 * np.abs(rest)) + (25 + places) * 2.0 ** (2 * places - 103) / count
    return head, tail, np.where(doubt, np.inf, error)
