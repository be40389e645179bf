"""What a value costs once everything is warm: scalars, small arrays, large arrays.

    python -m benchmarks.evaluate [--seconds 0.5] [--only gelu swish]

Arrays are compared with the form that a careful person would write (`handwritten.py`), and some with the
textbook's or the plainest, timed in turns with ours; a row is timed only after both were seen to agree.

    bar   get 20 us, scalar value 4 us, scalar slope 6 us
    bar   float64, 1,000,000 elements: 1.2 times the hand-written form
    bar   float32, 1,000,000 elements: 1.2 times that form computed in float64 and rounded once
    bar   float64, 1,000,000 elements: 1.5 times the textbook form, which is less accurate
    bar   float64, 1,000 elements: the hand-written form plus 3 us
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np

from benchmarks.handwritten import HANDWRITTEN, NAIVE, PLAIN, Form
from benchmarks.machine import asked, describe, over, race
from neurogebra import Expression, MathForge

US = 1e6
LARGE, SMALL = 1_000_000, 1_000


def main() -> None:
    """Print the tables."""
    chosen = asked("What a value costs once everything is warm.", HANDWRITTEN)
    print(describe())
    scalars(chosen.only, chosen.seconds)
    for deviation in (3.0, 1.0):
        large(chosen.only, chosen.seconds, np.float64, deviation)
        large(chosen.only, chosen.seconds, np.float32, deviation)
        naive(chosen.only, chosen.seconds, deviation)
    small(chosen.only, chosen.seconds)


def scalars(names: Iterable[str], seconds: float) -> None:
    """`get`, `eval` and the slope's `eval` for one number, in microseconds; the least and the most."""
    forge = MathForge()
    rows: dict[str, list[tuple[float, str]]] = {"get": [], "value": [], "slope": []}
    for name in names:
        expression = forge.get(name)
        slope = expression.gradient("x")
        taken = race(
            {
                "get": lambda name=name: forge.get(name),
                "value": lambda f=expression: f.eval(x=0.7),
                "slope": lambda f=slope: f.eval(x=0.7),
            },
            seconds / 5,
        )
        for what, each in taken.items():
            rows[what].append((each * US, name))
    print(f"\n{'one number, warm':18}{'least us':>10}{'most us':>10}{'bar':>6}")
    for (what, taken), bar in zip(rows.items(), (20, 4, 6), strict=True):
        (least, _), (most, slowest) = min(taken), max(taken)
        print(f"{what:18}{least:10.2f}{most:10.2f}{bar:6}  {slowest}{'  OVER' if most > bar else ''}")


def large(names: Iterable[str], seconds: float, dtype: type[np.floating], deviation: float = 3.0) -> None:
    """A million elements: nanoseconds each, against the hand-written form and against a copy."""
    _table(f"{dtype.__name__}, by hand", {n: HANDWRITTEN[n] for n in names}, seconds, dtype, deviation, 1.2, 4)


def naive(names: Iterable[str], seconds: float, deviation: float) -> None:
    """The same against the textbook's form, compared to nine digits, as it has no more, and the plain one's."""
    forms = {name: NAIVE[name] for name in names if name in NAIVE}
    _table("float64, textbook", forms, seconds, np.float64, deviation, 1.5, 2.0**22)
    plain = {name: PLAIN[name] for name in names if name in PLAIN}
    _table("float64, plain", plain, seconds, np.float64, deviation, np.inf, 2.0**22)


def _table(
    title: str,
    forms: Mapping[str, Form],
    seconds: float,
    dtype: type[np.floating],
    deviation: float,
    bar: float,
    units: float,
) -> None:
    x = _normal(LARGE, deviation).astype(dtype)
    print(f"\n1,000,000 of N(0, {deviation**2:.0f})")
    print(f"{title:18}{'ns each':>10}{'theirs':>10}{'ratio':>8}{'of x.copy()':>13}")
    for name, form in forms.items():
        ours, theirs = _pair(name, form, dtype)
        _agree(name, ours(x), theirs(x), units)
        taken = race({"ours": partial(ours, x), "theirs": partial(theirs, x), "copy": x.copy}, seconds)
        ratio, of_copy = taken["ours"] / taken["theirs"], taken["ours"] / taken["copy"]
        each, by_hand = taken["ours"] / LARGE * 1e9, taken["theirs"] / LARGE * 1e9
        print(f"{name:18}{each:10.2f}{by_hand:10.2f}{ratio:8.2f}{of_copy:13.1f}{over(ratio, bar)}")


def small(names: Iterable[str], seconds: float) -> None:
    """A thousand elements: microseconds a call, and how many more than the hand-written form."""
    x = _normal(SMALL)
    print(f"\n{'float64, 1,000':18}{'us':>10}{'by hand':>10}{'more':>8}")
    for name in names:
        ours, theirs = _pair(name, HANDWRITTEN[name], np.float64)
        taken = race({"ours": partial(ours, x), "theirs": partial(theirs, x)}, seconds / 5)
        more = (taken["ours"] - taken["theirs"]) * US
        print(f"{name:18}{taken['ours'] * US:10.2f}{taken['theirs'] * US:10.2f}{more:8.2f}{over(more, 3)}")


def _pair(name: str, form: Form, dtype: type[np.floating]) -> tuple[Form, Form]:
    """Ours and a form by hand; below float64 the latter computes in float64 and rounds once."""
    expression: Expression = MathForge().get(name)
    if dtype is np.float64:
        return (lambda x: expression.eval(x=x)), form
    return (lambda x: expression.eval(x=x)), (lambda x: form(x.astype(np.float64)).astype(dtype))


def _agree(name: str, ours: np.ndarray, theirs: np.ndarray, units: float) -> None:
    """Stops the run where the two compute different things: a ratio of them would mean nothing."""
    tolerance = units * np.finfo(ours.dtype).eps if ours.dtype != np.float64 else max(1e-12, units * 2.0**-52)
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=1e-15, err_msg=name)
    if ours.dtype != theirs.dtype:
        raise SystemExit(f"{name}: ours gives {ours.dtype}, the hand-written form {theirs.dtype}")


def _normal(size: int, deviation: float = 3.0) -> np.ndarray:
    """Inputs as a network sees them: normal, on both sides of every kink."""
    return np.random.default_rng(0).normal(scale=deviation, size=size)


if __name__ == "__main__":
    main()
