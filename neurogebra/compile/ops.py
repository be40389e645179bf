"""The operations a plan may use: one row each, with its value and the error it passes on.

`value` is the Python expression of a step, in names that the modules of kernels define once for floats and
once for arrays; `error` bounds |computed - true| from the operands' own bounds, so that every value can carry its
certificate and a wide one is recomputed exactly (`to_exact.py`). The units were measured against correctly
rounded values, glibc 2.36 and NumPy 2.4: see `tests/compile/test_kernels.py`, which measures them again.

In templates a, b, c are the operands, v the value; `error` gets their names and error names ("" where exact).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

__all__ = ["ENOUGH", "OPS", "Op", "U"]

U = 1.12e-16  # one rounding: 2**-53, and a little for second-order terms
# How wide a bound may be in units of the last place; the promise is 8. A bound adds the worst case of every step,
# which seldom come together: errors reach 0.7 of it at most (measured: 11 of 16, with aranda_ordaz' at -18.4).
ENOUGH = 11.0
TINY = "5e-324"  # one rounding where the result is subnormal

ErrorTerms = Callable[..., list[str]]


class Op(NamedTuple):
    """`value`: expression in a, b, c. `error(v, a, ea, b, eb, ...)`: the bound's terms; None: it has none."""

    arity: int
    value: str = ""
    error: ErrorTerms | None = None
    logical: bool = False


def _own(units: float, v: str) -> list[str]:
    return [f"{units * U:.4g}*abs({v})", TINY]


def _times(factor: str, error: str) -> list[str]:
    return [f"{factor}*{error}"] if error else []


def _passes(units: float, slope: str = "", tiny: bool = False) -> ErrorTerms:
    """slope*ea + units*U*|v|; `slope` in terms of {a}, {v}, {ea}, empty for 1."""

    def error(v: str, a: str, ea: str) -> list[str]:
        own = [f"{units * U:.4g}*abs({v})"] if units else []
        passed = (_times(slope.format(a=a, v=v, ea=ea), ea) if slope else [ea]) if ea else []
        return passed + own + ([TINY] if tiny else [])

    return error


def _sum(units: float) -> ErrorTerms:
    def error(v: str, a: str, ea: str, b: str, eb: str) -> list[str]:
        return [e for e in (ea, eb) if e] + ([f"{units * U:.4g}*abs({v})"] if units else [])

    return error


def _product(units: float) -> ErrorTerms:
    def error(v: str, a: str, ea: str, b: str, eb: str) -> list[str]:
        both = [f"{ea}*{eb}"] if ea and eb else []
        own = [f"{units * U:.4g}*abs({v})", TINY] if units else [TINY]
        return _times(f"abs({b})", ea) + _times(f"abs({a})", eb) + both + own

    return error


def _quotient(units: float) -> ErrorTerms:
    def error(v: str, a: str, ea: str, b: str, eb: str) -> list[str]:
        passed = [e for e in (ea, f"abs({v})*{eb}" if eb else "") if e]
        below = f"away(abs({b}), {eb})" if eb else f"abs({b})"
        own = [f"{units * U:.4g}*abs({v})", TINY] if units else []
        return ([f"({' + '.join(passed)})/{below}"] if passed else []) + own

    return error


def _remainder(v: str, a: str, ea: str, b: str, eb: str, q: str, eq: str) -> list[str]:
    """Of the quotient of the floats a and b, whatever they stand for: exact but for its own division."""
    return [f"{1.1 * U:.4g}*abs({v})", f"(5e-324 + 5e-324)/abs({b})", TINY]


def _power(v: str, a: str, ea: str, b: str, eb: str) -> list[str]:
    own = _own(2.5, v)
    if not eb:
        return [f"abs({v})*grow(abs({b})*{ea}/away(abs({a}), {ea}))", *own] if ea else own
    passed = _times(f"abs({b}/{a})", ea) + _times(f"abs(log({a}))", eb)
    return ([f"2*abs({v})*({' + '.join(passed)})"] if passed else []) + own


def _over(v: str, a: str, ea: str) -> list[str]:
    """v**2*ea, from the right: v*v alone is 0 where a is beyond 1e162, and ea is as large."""
    return ([f"{v}*({v}*{ea})"] if ea else []) + [f"{2 * U:.4g}*{v}", TINY]


def _share(v: str, a: str, ea: str) -> list[str]:
    return _times(f"1/((1 + {a})*(1 + {a}))", ea) + [f"{2 * U:.4g}*{v}", TINY]


def _ratio(v: str, a: str, ea: str) -> list[str]:
    """Less than the quotient's, for which the error of a counts twice; a may be negative."""
    return ([f"{ea}/(abs(1 + {a})*away(abs(1 + {a}), {ea}))"] if ea else []) + [f"{2 * U:.4g}*abs({v})", TINY]


def _hump(v: str, a: str, ea: str) -> list[str]:
    """At a = 1, where u is 0, the slope is 0: what three steps with bounds of their own would not see."""
    return _times(f"(4*abs(1 - {a}) + 8*{ea})/((1 + {a})*(1 + {a})*(1 + {a}))", ea) + [f"{4 * U:.4g}*{v}", TINY]


def _corrected_exp(v: str, h: str, eh: str, low: str, elow: str) -> list[str]:
    passed = [e for e in (eh, elow, f"{low}*{low}") if e]
    return [f"grow({' + '.join(passed)})*{v}", f"{2.1 * U:.4g}*{v}", TINY, TINY]


def _corrected(second: str) -> ErrorTerms:
    def error(v: str, a: str, ea: str, b: str, eb: str, low: str, elow: str) -> list[str]:
        passed = [e for e in (ea, f"abs({b})*{elow}" if elow else "", f"abs({low})*{eb}" if eb else "") if e]
        return [*passed, second.format(b=b, low=low), f"{1.1 * U:.4g}*abs({v})", TINY]

    return error


def _extremum(sign: str) -> ErrorTerms:
    """The winner's bound where it is certain who wins, else the larger."""

    def error(v: str, a: str, ea: str, b: str, eb: str) -> list[str]:
        return [f"picked({a} {sign} {b}, abs({a} - {b}), {ea or 0.0}, {eb or 0.0})"] if ea or eb else []

    return error


def _jumps(function: str) -> ErrorTerms:
    def error(v: str, a: str, ea: str) -> list[str]:
        return [f"unsettled({function}({a} - {ea}) != {function}({a} + {ea}))"] if ea else []

    return error


def _none(*names: str) -> list[str]:
    return []


def _of_square(slope: int) -> ErrorTerms:
    """`slope` is twice what the logarithm of the function changes by per unit of its operand and of its error."""

    def error(v: str, a: str, ea: str) -> list[str]:
        passed = _times(f"{v}*({slope}*abs({a}) + {slope // 2}*{ea})", ea)
        return passed + [f"{2.2 * U:.4g}*{v}", TINY]

    return error


def _normal(v: str, a: str, ea: str, g: str, eg: str) -> list[str]:
    """Of the tail, which right of 0 is taken from 1."""
    tail = f"smaller({v}, 1 - {v})"
    return _times(f"2*{v}*(1 + abs({a}))", ea) + [f"{4.5 * U:.4g}*{tail}", f"{1.05 * U:.4g}*{v}", TINY]


def _rough(v: str, a: str, ea: str) -> list[str]:
    """The argument's rounding to 24 bits, and five of the value's."""
    return ([ea] if ea else []) + [f"6e-8*abs({a})", "3e-7"]


OPS: dict[str, Op] = {
    # leaves
    "input": Op(0),
    "const": Op(0),
    # arithmetic
    "neg": Op(1, "-{a}", _passes(0)),
    "abs": Op(1, "abs({a})", _passes(0)),
    "add": Op(2, "{a} + {b}", _sum(1)),
    "sub": Op(2, "{a} - {b}", _sum(1)),
    "mul": Op(2, "{a}*{b}", _product(1)),
    "scale": Op(2, "{a}*{b}", _product(0)),  # by a power of two: exact unless it underflows
    "div": Op(2, "{a}/{b}", _quotient(1)),
    "pow": Op(2, "pow({a}, {b})", _power),
    "sqrt": Op(1, "sqrt({a})", _passes(1, "root_slope({v}, {ea})")),
    # unevaluated sums h + l: the head without its rounding error, and that error, exactly
    "head_add": Op(2, "{a} + {b}", _sum(0)),
    "head_mul": Op(2, "{a}*{b}", _product(0)),
    "head_div": Op(2, "{a}/{b}", _quotient(0)),
    "tail_add": Op(3, "tail_add({a}, {b}, {c})", _none),
    "tail_mul": Op(3, "tail_mul({a}, {b}, {c})", lambda *names: [TINY]),
    "tail_div": Op(3, "tail_div({a}, {b}, {c})", _remainder),
    "corrected": Op(3, "{a} + {b}*{c}", _corrected("{low}*{low}")),  # f(h + l) from f(h), f'(h), l; |f''| <= 1
    "tail_corrected": Op(3, "{a} + {b}*{c}", _corrected("64*abs({b})*{low}*{low}")),  # |f''| <= 64|f'|: Phi, erfc
    # exponential and its relatives; {ea} below 1 is enough for the bounds
    "exp": Op(
        1,
        "exp({a})",
        lambda v, a, ea: _times(str(v), f"grow({ea})" if ea else "") + [f"{1.2 * U:.4g}*{v}", TINY],
    ),
    "exp_tail": Op(2, "with_tail(exp({a}), {b})", _corrected_exp),
    "expm1": Op(
        1,
        "expm1({a})",
        lambda v, a, ea: _times(f"(1 + {v} + 1e-15)", f"grow({ea})" if ea else "") + _own(1.5, v),
    ),
    "expm1_tail": Op(
        2,
        "expm1_tail({a}, {b})",
        lambda v, a, ea, b, eb: (
            [f"(1 + {v} + 1e-15)*grow({' + '.join(e for e in (ea, eb, f'{b}*{b}') if e)})", *_own(2.5, v)]
        ),
    ),
    "log": Op(
        1,
        "log({a})",
        lambda v, a, ea: ([f"{ea}/away({a}, {ea})"] if ea else []) + [f"{1.2 * U:.4g}*abs({v})"],
    ),
    "log1p": Op(
        1,
        "log1p({a})",
        lambda v, a, ea: ([f"{ea}/away(1 + {a}, {ea})"] if ea else []) + [f"{1.5 * U:.4g}*abs({v})", TINY],
    ),
    "sigmoid": Op(1),
    "over": Op(1, "1/(1 + {a})", _over),  # sigmoid(u) from e = exp(-u)
    "share": Op(1, "{a}/(1 + {a})", _share),  # sigmoid(-u)
    "ratio": Op(1, "{a}/(1 + {a})", _ratio),  # of any a
    "hump": Op(1, "4*{a}/((1 + {a})*(1 + {a}))", _hump),  # sech2(u) from e = exp(-2*abs(u))
    "softplus": Op(
        1,
        "softplus({a})",
        lambda v, a, ea: _times(f"1.01*smaller(1.0, {v})", f"grow({ea})" if ea else "") + _own(2.4, v),
    ),
    "softplus_tail": Op(
        2,
        "softplus_tail({a}, {b})",
        lambda v, a, ea, b, eb: (
            [f"2*smaller(1.0, {v})*({' + '.join(e for e in (ea, eb, f'{b}*{b}', f'{U}*abs({b})') if e)})"]
            + [f"{3.4 * U:.4g}*{v}", TINY]
        ),
    ),
    # hyperbolic
    "sinh": Op(1, "sinh({a})", _passes(2.6, "(2 + 2*abs({v}))", tiny=True)),
    "cosh": Op(1, "cosh({a})", _passes(2.2, "2*{v}")),
    "tanh": Op(1, "tanh({a})", _passes(3, "(1 - {v}*{v} + 1e-15 + 0.4*{ea})", tiny=True)),  # |tanh''| < 0.8
    "tanh_rest": Op(1, "tanh_rest({a})", _passes(6.5, "(smaller(1.0, {a}*{a}) + {ea})", tiny=True)),  # a - tanh(a)
    "sech2": Op(1),
    "log_cosh": Op(1, "log_cosh({a})", _passes(6.2, tiny=True)),
    "asinh": Op(1, "asinh({a})", _passes(2.5, tiny=True)),
    "acosh": Op(
        1,
        "acosh({a})",
        lambda v, a, ea: ([f"2*{ea}/away({a} - 1, {ea})"] if ea else []) + [f"{2.3 * U:.4g}*{v}"],
    ),
    "atanh": Op(
        1,
        "atanh({a})",
        lambda v, a, ea: ([f"{ea}/away(1 - abs({a}), {ea})"] if ea else []) + [f"{2.4 * U:.4g}*abs({v})", TINY],
    ),
    # trigonometric
    "sin": Op(1, "sin({a})", _passes(1.1, tiny=True)),
    "cos": Op(1, "cos({a})", _passes(1.1)),
    # in arrays, within float32's reach: for slopes that meet a tail below 2**-53*|a|
    "rough_sin": Op(1, "rough_sin({a})", _rough),
    "rough_cos": Op(1, "rough_cos({a})", _rough),
    "tan": Op(1, "tan({a})", _passes(1.2, "2*(1 + {v}*{v})", tiny=True)),
    "asin": Op(
        1,
        "asin({a})",
        lambda v, a, ea: ([f"{ea}/away(1 - abs({a}), {ea})"] if ea else []) + [f"{1.6 * U:.4g}*abs({v})", TINY],
    ),
    "acos": Op(
        1,
        "acos({a})",
        lambda v, a, ea: ([f"{ea}/away(1 - abs({a}), {ea})"] if ea else []) + [f"{1.6 * U:.4g}*abs({v})", TINY],
    ),
    "atan": Op(1, "atan({a})", _passes(1.2, "2/(1 + {a}*{a})", tiny=True)),
    # the normal distribution; the squares in exp(-u**2) and exp(-u**2/2) are exact
    "bell": Op(1, "bell({a})", _of_square(4)),
    "gauss": Op(1, "gauss({a})", _of_square(2)),
    "phi": Op(1),
    "Phi": Op(1),
    "normal": Op(2, "normal({a}, {b})", _normal),  # Phi from u and gauss(u)
    "times_normal": Op(1),  # arrays only: u*Phi(u)
    "erf": Op(1, "erf({a})", _passes(3.8, "(1.13/(1 + {a}*{a}) + 0.5*{ea})", tiny=True)),  # exp(-u) < 1/(1 + u)
    "erfc": Op(1, "erfc({a})", lambda v, a, ea: _times(f"4*{v}*(1 + abs({a}))", ea) + [f"{6 * U:.4g}*{v}", TINY]),
    # steps and choices
    "sign": Op(1, "sign({a})", _jumps("sign")),
    "floor": Op(1, "floor({a})", _jumps("floor")),
    "ceiling": Op(1, "ceiling({a})", _jumps("ceiling")),
    "max": Op(2, "larger({a}, {b})", _extremum(">=")),
    "min": Op(2, "smaller({a}, {b})", _extremum("<=")),
    "clip": Op(3),  # arrays only: between b and c, in one pass
    "heaviside": Op(2),  # arrays only: 0, b or 1 by the sign of a, in one pass
    "select": Op(3, "select({a}, {b}, {c})", _none),
    # conditions
    "lt": Op(2, "{a} < {b}", _none, logical=True),
    "le": Op(2, "{a} <= {b}", _none, logical=True),
    "eq": Op(2, "{a} == {b}", _none, logical=True),
    "ne": Op(2, "{a} != {b}", _none, logical=True),
    "and": Op(2, "both({a}, {b})", _none, logical=True),
    "or": Op(2, "either({a}, {b})", _none, logical=True),
    "not": Op(1, "other({a})", _none, logical=True),
}
