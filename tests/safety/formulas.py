"""Formulas drawn at random by hypothesis, each twice over: as text, and as a function of mpmath numbers.

The two meanings come by different roads, so that a mistake of the parser, of a rewriting or of the compiler
cannot be in both. What is drawn comes from the table of words itself: a word without a meaning here fails a
test. A meaning raises NoValue where the formula has no real value, or one that hangs on a rounding error.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import mpmath
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from mpmath import mpf

from neurogebra.language.words import WORDS

Point = Mapping[str, float]
DIGITS = 50  # of every meaning; two constants closer than TIE are not compared
TIE = mpf(10) ** -30
HUGE = mpf(10) ** 60
RULES = settings(  # of every fuzz, short or long: nothing is kept between two, and a slow case is judged elsewhere
    deadline=None, database=None, phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck)
)


class NoValue(Exception):
    """The formula has no real value here, or one that nobody can tell."""


@dataclass(frozen=True)
class Drawn:
    """A formula's text and what it means; a condition means True or False."""

    text: str
    meaning: Callable[[Point], Any] = field(repr=False)


def value(drawn: Drawn, at: Point, digits: int = DIGITS) -> mpf:
    """What the formula means at a point, for sure: worked out twice, with more digits the second time."""
    values = []
    for places in (digits, 2 * digits):
        with mpmath.workdps(places):
            values.append(drawn.meaning(at))
    if abs(values[0] - values[1]) > mpf(10) ** (10 - digits) * (1 + abs(values[1])):
        raise NoValue
    return values[1]


# What the words mean ----------------------------------------------------------------------------------------


_INEXACT = re.compile(r"[A-Za-z]{2,}[0-9]?\(|\*\*|[/^E]|pi|e-")


def _told(one: mpf, other: mpf, exact: bool = False) -> None:
    """Refuse to say which is larger; erf(16) is 1 to a hundred digits, and yet below it."""
    if not (exact and one == other) and abs(one - other) <= TIE * (1 + abs(one) + abs(other)):
        raise NoValue


def _whole(rounded: Callable[[mpf], mpf]) -> Callable[[mpf], mpf]:
    def does(u: mpf) -> mpf:
        _told(u, mpmath.nint(u))
        return rounded(u)

    return does


def _sign(u: mpf) -> mpf:
    _told(u, mpf(0))
    return mpmath.sign(u)


def _softplus(u: mpf) -> mpf:
    return mpmath.log1p(mpmath.exp(u)) if u < 0 else u + mpmath.log1p(mpmath.exp(-u))


_SAME_NAME = "exp log sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh erf erfc expm1 log1p"
FUNCTIONS: dict[str, Callable[[mpf], mpf]] = {name: getattr(mpmath, name) for name in _SAME_NAME.split()} | {
    "Abs": abs,
    "sign": _sign,
    "floor": _whole(mpmath.floor),
    "ceiling": _whole(mpmath.ceil),
    "sigmoid": lambda u: 1 / (1 + mpmath.exp(-u)),
    "softplus": _softplus,
    "Phi": lambda u: mpmath.erfc(-u / mpmath.sqrt(2)) / 2,
    "phi": lambda u: mpmath.exp(-u * u / 2) / mpmath.sqrt(2 * mpmath.pi),
    "log_cosh": lambda u: _softplus(2 * u) - u - mpmath.log(2),
    "sech2": lambda u: mpmath.sech(u) ** 2,
}
EXTREMA = {"Max": max, "Min": min}
CONSTANTS = {"pi": lambda: +mpmath.pi, "E": lambda: +mpmath.e}
SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
COMPARISONS = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}
CALLED = {"<": "Lt", ">": "Gt", "<=": "Le", ">=": "Ge"}

NUMBERS = "0.5 2 3 0.044715 1.702 7 0.1 1e-3 6 10 0 1 20 1e6 0.333".split()
EXPONENTS = "2 3 4 -1 -2 1.5 (1/2) (1/3) (-1/2) 0 1 7 64".split()
VARIABLES = ("x", "y", "alpha")


def _real(given: Any) -> mpf:
    result = mpmath.mpmathify(given)
    if isinstance(result, mpmath.mpc) or not mpmath.isfinite(result) or abs(result) > HUGE:
        raise NoValue
    return result


def _exactly(text: str) -> mpf:
    over, _, under = text.strip("()").partition("/")
    return mpf(over) / mpf(under or 1)


def _computed(does: Callable[..., Any], *parts: Drawn) -> Callable[[Point], mpf]:
    def meaning(at: Point) -> mpf:
        values = [part.meaning(at) for part in parts]
        try:
            return _real(does(*values))
        except (ArithmeticError, ValueError, TypeError, mpmath.libmp.NoConvergence):
            raise NoValue from None

    return meaning


def _power(exact: bool) -> Callable[[mpf, mpf], mpf]:
    def does(base: mpf, exponent: mpf) -> mpf:
        if base == 0:
            raise NoValue  # 0**0 is 1 to SymPy, and 0**(-1) is refused where it is written
        if base < 0 and not exact:
            _told(exponent, mpmath.nint(exponent))  # (-3)**erf(16) has no real value
        return base**exponent

    return does


def _extremum(best: Callable[..., mpf]) -> Callable[..., mpf]:
    return lambda *values: best(values)


# How they are drawn -----------------------------------------------------------------------------------------

_NAMES = {text: FUNCTIONS[row.text] for text, row in WORDS.items() if row.kind == "function" and row.text in FUNCTIONS}
_BEST = {text: EXTREMA[row.text] for text, row in WORDS.items() if row.text in EXTREMA}

numbers = st.sampled_from(NUMBERS).map(lambda text: Drawn(text, lambda at: _exactly(text)))
exponents = st.sampled_from(EXPONENTS).map(lambda text: Drawn(text, lambda at: _exactly(text)))
variables = st.sampled_from(VARIABLES).map(lambda name: Drawn(name, lambda at: mpf(at[name])))
constants = st.sampled_from(sorted(CONSTANTS)).map(lambda name: Drawn(name, lambda at: CONSTANTS[name]()))
leaves = st.one_of(variables, variables, numbers, constants)


@st.composite
def _grown(draw: st.DrawFn, parts: st.SearchStrategy[Drawn]) -> Drawn:
    """A formula made of smaller ones."""
    kind = draw(st.sampled_from("binary binary minus power call call extremum where piecewise".split()))
    one = draw(parts)
    if kind == "binary":
        sign, other = draw(st.sampled_from("+-*/")), draw(parts)
        return Drawn(f"({one.text}){sign}({other.text})", _computed(SIGNS[sign], one, other))
    if kind == "minus":
        return Drawn(f"-({one.text})", _computed(operator.neg, one))
    if kind == "power":
        sign, exponent = draw(st.sampled_from(["**", "^"])), draw(exponents if draw(st.booleans()) else parts)
        return Drawn(
            f"({one.text}){sign}({exponent.text})", _computed(_power(not _INEXACT.search(exponent.text)), one, exponent)
        )
    if kind == "call":
        name = draw(st.sampled_from(sorted(_NAMES)))
        return Drawn(f"{name}({one.text})", _computed(_NAMES[name], one))
    if kind == "extremum":
        name, some = draw(st.sampled_from(sorted(_BEST))), [one, *(draw(parts) for _ in range(draw(st.integers(1, 2))))]
        return Drawn(f"{name}({', '.join(s.text for s in some)})", _computed(_extremum(_BEST[name]), *some))
    arms = [(one, draw(_conditions(parts)))]
    if kind == "where":
        last = draw(parts)
        return Drawn(f"where({arms[0][1].text}, {one.text}, {last.text})", _chosen(arms, last))
    if draw(st.booleans()):
        arms.append((draw(parts), draw(_conditions(parts))))
    text, last = "".join(f"({one.text}, {condition.text}), " for one, condition in arms), draw(parts)
    return Drawn(f"Piecewise({text}({last.text}, True))", _chosen(arms, last))


def _chosen(arms: list[tuple[Drawn, Drawn]], last: Drawn) -> Callable[[Point], mpf]:
    def meaning(at: Point) -> mpf:
        return next((one for one, condition in arms if condition.meaning(at)), last).meaning(at)

    return meaning


@st.composite
def _conditions(draw: st.DrawFn, parts: st.SearchStrategy[Drawn]) -> Drawn:
    """A comparison, two of them joined, or one negated."""
    kind = draw(st.sampled_from("compared compared joined negated".split()))
    one = _compared(draw, parts)
    if kind == "compared":
        return one
    if kind == "negated":
        return Drawn(f"{draw(st.sampled_from(['~', 'Not']))}({one.text})", lambda at: not one.meaning(at))
    how, other = draw(st.sampled_from(["&", "|", "And", "Or"])), _compared(draw, parts)
    text = f"{how}({one.text}, {other.text})" if how[0].isalpha() else f"({one.text}) {how} ({other.text})"
    if how in ("&", "And"):
        return Drawn(text, lambda at: one.meaning(at) and other.meaning(at))
    return Drawn(text, lambda at: one.meaning(at) or other.meaning(at))


def _compared(draw: st.DrawFn, parts: st.SearchStrategy[Drawn]) -> Drawn:
    one, sign, other = draw(parts), draw(st.sampled_from(sorted(COMPARISONS))), draw(leaves)

    exact = not _INEXACT.search(f"{one.text} {other.text}")

    def meaning(at: Point) -> bool:
        left, right = one.meaning(at), other.meaning(at)
        _told(left, right, exact)
        return bool(COMPARISONS[sign](left, right))

    if draw(st.booleans()):
        return Drawn(f"{CALLED[sign]}({one.text}, {other.text})", meaning)
    return Drawn(f"({one.text}) {sign} ({other.text})", meaning)


drawn_formulas = st.recursive(leaves, _grown, max_leaves=10)
"""Formulas of up to about ten numbers and names."""

_floats = st.floats(-40, 40).map(lambda x: x if abs(x) > 1e-12 else 0.0)  # y**y at 1e-274 is 1 to 270 digits

points = st.fixed_dictionaries(
    {name: st.one_of(st.integers(-24, 24).map(lambda k: k / 8), _floats) for name in VARIABLES}
)
"""A value for each variable: eighths near 0, where formulas have their corners, and floats up to 40."""
