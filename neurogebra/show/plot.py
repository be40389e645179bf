"""Expressions drawn with matplotlib: f and its derivatives, sweeps of a parameter, several in one picture.

Everything is put on one Axes, the caller's or a new one, and nothing else of matplotlib is touched: no global
setting, no window. Kinks are marked, asymptotes dashed and extrema dotted; which, and over what interval, is
decided in curve.py. matplotlib is loaded when something is drawn, and where it is missing the error names the extra.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import product
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurogebra.catalogue.places import shown
from neurogebra.errors import InputError, MissingExtra, UnknownParameter, Unwritable, UsageError, brief, did_you_mean
from neurogebra.show.curve import Curve, asymptotes, drawn_variable, extrema, interval, kinks, window
from neurogebra.show.proven import number

if TYPE_CHECKING:
    from neurogebra.expression import Expression

__all__ = [
    "overlay",
    "plot",
    "saved",
]

POINTS = 600
MOST_CURVES = 24  # more lines than that cannot be told apart
HIGHEST = 8
STROKES = ("-", "--", "-.", ":")  # of f, f', f'' and beyond: to be told apart without colours
MARGIN = 0.06


def plot(expression: Expression, ax: Any, derivatives: Any, **values: Any) -> Any:
    """One expression, or one for each value of a sweep; see `Expression.plot`."""
    over, swept = _apart(expression, values)
    family = _family(expression, swept)
    orders = _orders(derivatives, (1,) if len(family) == 1 else ())
    return _drawn(family, _axes(ax), (0, *orders), over)


def overlay(named: Sequence[tuple[str, Expression]], ax: Any = None, derivatives: Any = None, x: Any = None) -> Any:
    """Several expressions on one Axes; see `MathForge.plot`."""
    if not named:
        raise UsageError("plot was given no names; forge.plot(['relu', 'gelu']) draws two.")
    orders = _orders(derivatives, ())
    return _drawn(list(named), _axes(ax), (0, *orders), None if x is None else _interval("x", x))


def saved(ax: Any, place: Path) -> None:
    """Write the picture that `ax` is part of to a file, and let go of it. Raises UsageError."""
    from matplotlib import pyplot, rc_context

    try:
        with rc_context({"svg.hashsalt": "neurogebra", "svg.fonttype": "path"}):  # the same picture, the same file
            ax.figure.savefig(place, metadata={"Date": None} if place.suffix == ".svg" else None, dpi=150)
    except OSError as refused:
        raise Unwritable(f"{shown(place)} cannot be written: {refused.strerror}.") from None
    finally:
        pyplot.close(ax.figure)


# What is asked for ----------------------------------------------------------------------------------------------


def _apart(expression: Expression, values: dict[str, Any]) -> tuple[tuple[float, float] | None, dict[str, list[Any]]]:
    """The interval of the variable, and the values of each parameter or further variable."""
    known = [*expression.variables, *expression.params]
    for name in values:
        if name not in known:
            near = did_you_mean(name, known)
            raise UnknownParameter(f"{expression.name} cannot be drawn by {name!r}; it takes {', '.join(known)}.{near}")
    free = [name for name in expression.variables if isinstance(values.get(name, ()), tuple)]
    over = values.pop(free[0], None) if len(free) == 1 else None
    swept = {name: _several(name, value) for name, value in values.items()}
    return None if over is None else _interval(free[0], over), swept


def _several(name: str, value: Any) -> list[Any]:
    values = list(value) if isinstance(value, Iterable) else [value]
    if not all(map(_is_number, values)):
        raise InputError(f"{name} is a number, or a list of numbers with a curve for each; got {brief(value)}.")
    return values


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _interval(name: str, over: Any) -> tuple[float, float]:
    ends = tuple(over) if isinstance(over, list | tuple) else ()
    if len(ends) != 2 or not all(_is_number(end) and (end <= 0 or end > 0) for end in ends):  # nan is neither
        raise InputError(f"{name} is an interval such as (-3, 3); got {brief(over)}.")
    return interval(name, *ends)


def _family(expression: Expression, swept: dict[str, list[Any]]) -> list[tuple[str, Expression]]:
    """The expression with every combination of the values, and what tells each apart."""
    count = math.prod(map(len, swept.values()))
    if not 1 <= count <= MOST_CURVES:
        raise UsageError(f"{expression.name} would be drawn {count} times; from 1 to {MOST_CURVES} curves can be read.")
    family = []
    for chosen in product(*swept.values()):
        given = dict(zip(swept, chosen, strict=True))
        params = {name: value for name, value in given.items() if name in expression.params}
        member = expression.with_params(**params) if params else expression
        for name in given.keys() - params.keys():
            member = _fixed(member, name, given[name])
        label = ", ".join(f"{name}={number(float(value))}" for name, value in given.items())
        family.append((f"{expression.name}, {label}" if label else expression.name, member))
    return family


def _fixed(expression: Expression, variable: str, value: Any) -> Expression:
    """The expression with one of its variables made a parameter of this value."""
    from neurogebra.expression import Expression as Made

    params = {**expression.params, variable: value}
    return Made(expression.name, expression.symbolic_expr, params=params)


def _orders(derivatives: Any, usual: tuple[int, ...]) -> tuple[int, ...]:
    if derivatives is None:
        return usual
    orders = tuple(derivatives) if isinstance(derivatives, Iterable) else (derivatives,)
    for order in orders:
        if type(order) is not int or not 1 <= order <= HIGHEST:
            raise UsageError(f"derivatives are whole numbers from 1 to {HIGHEST}, such as [1, 2]; got {brief(order)}.")
    return orders


def _axes(ax: Any) -> Any:
    try:
        from matplotlib import pyplot
    except ImportError:
        ask = "pip install matplotlib; sketch() draws in plain text without it."
        raise MissingExtra(f"drawing needs matplotlib, the extra 'plot', which is not installed: {ask}") from None
    if ax is None:
        return pyplot.subplots(figsize=(6.4, 4.0), layout="constrained")[1]
    if not hasattr(ax, "plot") or not hasattr(ax, "axhline"):
        raise InputError(f"ax is a matplotlib Axes, as plt.subplots() gives; got {brief(ax)}.")
    return ax


# Drawing --------------------------------------------------------------------------------------------------------


def _drawn(family: list[tuple[str, Expression]], ax: Any, orders: tuple[int, ...], over: Any) -> Any:
    for _, expression in family:
        drawn_variable(expression)
    windows = [window(expression) for _, expression in family]
    low, high = over or (min(w[0] for w in windows), max(w[1] for w in windows))
    heights: list[float] = []
    for place, (label, expression) in enumerate(family):
        curve = Curve.of(expression, (low, high))
        colour = f"C{place % 10}"
        for order in orders:
            line = curve.line(order, POINTS)
            stroke, name = STROKES[min(order, 3)], label if order == 0 else f"{label}, {_primes(order)}"
            shade = colour if len(family) > 1 or order == 0 else f"C{order}"
            ax.plot(line.x, line.y, stroke, color=shade, label=name, linewidth=2 if order == 0 else 1.4)
            heights += _seen(line.y, [] if order == 0 else heights)
        _marks(ax, curve, colour)
    ax.axhline(0, color="0.5", linewidth=0.8, zorder=0)
    ax.axvline(0, color="0.5", linewidth=0.8, zorder=0)
    _frame(ax, low, high, heights, drawn_variable(family[0][1]))
    if len(family) * len(orders) > 1:
        ax.legend()
    else:
        ax.set_title(family[0][0])
    return ax


def _primes(order: int) -> str:
    return f"f{chr(39) * order}" if order < 4 else f"f({order})"


def _marks(ax: Any, curve: Curve, colour: str) -> None:
    thin = {"color": colour, "linewidth": 0.9, "alpha": 0.7, "zorder": 1}
    for asymptote in asymptotes(curve.expression):
        ax.plot(*zip(*asymptote.ends(curve.low, curve.high), strict=True), linestyle=(0, (8, 4)), **thin)
    for at, value in extrema(curve.expression):
        if curve.low < at < curve.high:
            ax.plot([curve.low, at, at], [value, value, 0], linestyle=":", **thin)
    inside = [at for at, order in kinks(curve.expression) if order <= 1 and curve.low < at < curve.high]
    if inside:
        ys = [curve.at(at) for at in inside]
        ax.plot(inside, ys, "o", color=colour, markerfacecolor="white", markersize=5, zorder=3)


def _seen(ys: Sequence[float], before: list[float]) -> list[float]:
    """The heights that should be in the picture: of a derivative only what is not far outside f."""
    finite = [y for y in ys if math.isfinite(y)]
    if not finite:
        return []
    low, high = min(finite), max(finite)
    if before:
        reach = 0.5 * ((max(before) - min(before)) or 1.0)
        low, high = max(low, min(before) - reach), min(high, max(before) + reach)
    return [low, high]


def _frame(ax: Any, low: float, high: float, heights: list[float], variable: str) -> None:
    ax.set_xlim(low, high)
    if heights:
        margin = MARGIN * ((max(heights) - min(heights)) or 1.0)
        ax.set_ylim(min(heights) - margin, max(heights) + margin)
    ax.set_xlabel(variable)
    ax.grid(True, alpha=0.25)
