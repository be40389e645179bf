"""What vector functions and their backward passes cost, against the careful form in NumPy and SciPy.

    python -m benchmarks.vectors [--seconds 0.5] [--only softmax sparsemax]

The forms by hand subtract the largest element, or are SciPy's; they keep fewer digits far below the largest and
where one element is all but alone. Each row is timed, in turns with ours, only after both were seen to agree.

    bar   softmax, log_softmax, logsumexp and their backward passes: 1.5 times the form by hand
    bar   sparsemax, and softmax with masked elements (-inf): 3 times
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
from scipy.special import log_softmax, logsumexp

from benchmarks.machine import asked, describe, over, race
from neurogebra import MathForge, VectorExpression

Form = Callable[..., Any]


def softmax(x: Any, axis: Any = -1) -> Any:
    """exp(x - max)/sum."""
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def sparsemax(x: Any, axis: Any = -1) -> Any:
    """By sorting and adding up, as Martins and Astudillo wrote it."""
    if axis is None:
        return sparsemax(x.reshape(1, -1)).reshape(x.shape)
    turned = np.moveaxis(x, axis, -1)
    ordered = np.sort(turned, axis=-1)[..., ::-1]
    total = np.cumsum(ordered, axis=-1)
    count = (1 + np.arange(1, turned.shape[-1] + 1) * ordered > total).sum(axis=-1, keepdims=True)
    level = (np.take_along_axis(total, count - 1, -1) - 1) / count
    return np.moveaxis(np.maximum(turned - level, 0), -1, axis)


def softmax_back(g: Any, x: Any, axis: Any = -1) -> Any:
    """s*(g - sum(g*s))."""
    s = softmax(x, axis)
    return s * (g - (g * s).sum(axis=axis, keepdims=True))


def log_softmax_back(g: Any, x: Any, axis: Any = -1) -> Any:
    """g - s*sum(g)."""
    return g - softmax(x, axis) * g.sum(axis=axis, keepdims=True)


def logsumexp_back(g: Any, x: Any, axis: Any = -1) -> Any:
    """g*s, with one g a row."""
    return softmax(x, axis) * (g if axis is None else np.expand_dims(g, axis))


VALUES: dict[str, Form] = {
    "softmax": softmax,
    "log_softmax": log_softmax,
    "logsumexp": logsumexp,
    "softmin": lambda x, axis=-1: softmax(-x, axis),
    "sparsemax": sparsemax,
}
BACKWARD: dict[str, Form] = {
    "softmax": softmax_back,
    "log_softmax": log_softmax_back,
    "logsumexp": logsumexp_back,
}
SHAPES: tuple[tuple[str, tuple[int, ...], int | None], ...] = (
    ("1000 x 1000", (1000, 1000), -1),
    ("100,000 x 10", (100_000, 10), -1),
    ("20 x 50,000", (20, 50_000), -1),
    ("axis=0", (1000, 1000), 0),
    ("axis=None", (1000, 1000), None),
)


def main() -> None:
    """Print the tables."""
    chosen = asked("What vector functions cost.", VALUES)
    print(describe())
    values(chosen.only, chosen.seconds)
    backward([name for name in chosen.only if name in BACKWARD], chosen.seconds)
    masked([name for name in chosen.only if name in ("softmax", "sparsemax")], chosen.seconds)
    small(chosen.only, chosen.seconds)


def values(names: Iterable[str], seconds: float) -> None:
    """A million elements in rows of several lengths."""
    print(f"\n{'values, float64':30}{'ms':>9}{'by hand':>9}{'ratio':>7}")
    for name in names:
        bar = 3.0 if name == "sparsemax" else 1.5
        for label, shape, axis in SHAPES:
            x, e = _normal(shape), _vector(name)
            _row(f"{name} {label}", partial(e.eval, x=x, axis=axis), partial(VALUES[name], x, axis=axis), seconds, bar)


def backward(names: Iterable[str], seconds: float) -> None:
    """`vjp` of the same."""
    print(f"\n{'backward, float64':30}{'ms':>9}{'by hand':>9}{'ratio':>7}")
    for name in names:
        for label, shape, axis in SHAPES:
            x, e = _normal(shape), _vector(name)
            g = np.random.default_rng(1).normal(size=np.shape(VALUES[name](x, axis=axis)))
            ours, theirs = partial(e.vjp, g, x=x, axis=axis), partial(BACKWARD[name], g, x, axis=axis)
            _row(f"{name} {label}", ours, theirs, seconds, 1.5)


def masked(names: Iterable[str], seconds: float) -> None:
    """Three elements of ten at -inf, as attention masks them."""
    print(f"\n{'masked, 1000 x 1000':30}{'ms':>9}{'by hand':>9}{'ratio':>7}")
    x = _normal((1000, 1000))
    x[np.random.default_rng(2).random(x.shape) < 0.3] = -np.inf
    for name in names:
        _row(name, partial(_vector(name).eval, x=x), partial(VALUES[name], x), seconds, 3.0)


def small(names: Iterable[str], seconds: float) -> None:
    """One row of ten elements, in microseconds."""
    print(f"\n{'one row of 10':30}{'us':>9}{'by hand':>9}")
    x = _normal((10,))
    for name in names:
        taken = race({"ours": partial(_vector(name).eval, x=x), "hand": partial(VALUES[name], x)}, seconds / 5)
        print(f"{name:30}{taken['ours'] * 1e6:9.1f}{taken['hand'] * 1e6:9.1f}")


def _row(label: str, ours: Form, theirs: Form, seconds: float, bar: float) -> None:
    np.testing.assert_allclose(ours(), theirs(), rtol=1e-10, atol=1e-13, err_msg=label)
    taken = race({"ours": ours, "hand": theirs}, seconds)
    ratio = taken["ours"] / taken["hand"]
    print(f"{label:30}{taken['ours'] * 1e3:9.2f}{taken['hand'] * 1e3:9.2f}{ratio:7.2f}{over(ratio, bar)}")


def _vector(name: str) -> VectorExpression:
    expression = MathForge().get(name)
    assert isinstance(expression, VectorExpression)
    return expression


def _normal(shape: tuple[int, ...]) -> np.ndarray:
    """Scores as a network has them."""
    return np.random.default_rng(0).normal(scale=3.0, size=shape)


if __name__ == "__main__":
    main()
