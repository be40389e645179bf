"""Rows with infinities: two rows of far numbers in place of each, and the limit where both lead to the same value.

What a formula over a vector tends to may depend on the way there: softmax of (oo, oo) is (1/2, 1/2) only where both
grow alike. So a row is evaluated on two ways that differ in the order of its infinite elements, and a value that is
not the same on both is nan. It knows no formula.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["alike", "far_pairs", "limit"]

Array = NDArray[Any]


def far_pairs(x: Array) -> tuple[Array, Array]:
    """x, (rows, n), twice, with far numbers for its infinities: no two alike, and in reverse order the second time.

    So what depends on which of two infinite elements is larger differs between the two, and `limit` sees it.
    """
    n = x.shape[1]
    rank = np.arange(1, n + 1) / (n + 1)
    near, far = 2.0**990 * (1 + rank), 2.0**1010 * (2 - rank)
    infinite = np.isinf(x)
    return np.where(infinite, np.sign(x) * near, x), np.where(infinite, np.sign(x) * far, x)


def limit(near: Array, far: Array) -> Array:
    """The value at two far places where they agree; an infinity where both are beyond all bounds; else nan."""
    if np.array_equal(near, far):
        return far
    same = np.abs(near - far) <= 8 * np.spacing(np.abs(far))
    beyond = (np.abs(near) > 1e280) & (np.abs(far) > np.abs(near)) & (near * np.sign(far) > 0)
    return np.where(same, far, np.where(beyond, np.copysign(np.inf, far), np.nan))


def alike(values: Array, x: Array) -> Array:
    """Elements at the same infinity cannot be told apart: where one of them has no value, none has.

    `values`: one a row, one an element or one a pair of elements, as for `Program.form`; `x`: (rows, n).
    """
    lost = np.isnan(values)
    if values.ndim == 1 or not lost.any():
        return values
    for infinity in (np.inf, -np.inf):
        here = x == infinity
        if values.ndim == 3:
            here = here[:, :, None] & here[:, None, :]
        rows = (lost & here).any(axis=tuple(range(1, values.ndim)), keepdims=True)
        values = np.where(here & rows, np.nan, values)
    return values
