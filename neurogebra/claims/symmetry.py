"""What the formula itself tells: parity, symmetry around a point, periods, and what it costs.

A point disproves, formulas prove: f(-x) - f(x) must vanish as a formula on every stretch before a function is called
even, and where neither decides, Open is raised. The cost is counted from the plan that is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import sympy
from sympy import Expr, Integer

from neurogebra.claims.cells import Open
from neurogebra.claims.images import number, value_at
from neurogebra.claims.profile import Profile, period
from neurogebra.claims.sets import compare
from neurogebra.claims.setting import Setting
from neurogebra.compile.lower import lower
from neurogebra.compile.plan import Step, plan
from neurogebra.compile.to_ball_arithmetic import arb
from neurogebra.errors import FormulaError
from neurogebra.symbolic.crossing import Crossing
from neurogebra.symbolic.reach import divides_evenly

__all__ = ["cost", "counted", "mirrored", "parity", "point_symmetry", "repeats", "repeats_after", "vanishes"]


def parity(s: Setting) -> str:
    """Even or odd where f(-x) is f(x) or -f(x) as formulas on every stretch; none where a point disproves both."""
    if s.profile.stretches[0].derivative(1) == 0 and len(s.profile.stretches) == 1:
        return "even"
    for word, sign in (("even", 1), ("odd", -1)):
        if mirrored(s.profile, Integer(0), Integer(0), sign):
            return word
    return "none"


def point_symmetry(s: Setting) -> dict[str, Any] | None:
    """About 0, or the middle of the stretches: f(a + t) + f(a - t) = 2*b; None where it is not symmetric about that."""
    profile = s.profile
    if profile.repeats(1) or profile.stretches[0].derivative(1) == 0 or mirrored(profile, Integer(0), Integer(0), -1):
        return None
    a = _middle(profile.breaks) if profile.breaks else Integer(0)
    if len(profile.stretches) == 1 and profile.stretches[0].segments(2) and profile.stretches[0].derivative(2) == 0:
        return None
    if a.has(Crossing):  # formulas in it would be compared digit by digit
        if not _unlike(profile, a, value_at(profile, a), -1):
            raise Open(f"whether half a turn around {a} changes it")
        return None
    b = s.formula.subs(s.x, a)
    value = number(b)
    if value is None or not mirrored(profile, a, b, -1):
        return None
    return {"about": (number(a), value)}


def _middle(places: list[Expr]) -> Expr:
    """The middle between the first and the last place; 0 where two crossings mirror each other around it."""
    return Integer(0) if _opposite(places[0], places[-1], Integer(0)) else (places[0] + places[-1]) / 2


#: beyond this SymPy's simplification has taken minutes; what is longer stays open
MOST_OPERATIONS: Final = 400
POINTS: Final = tuple(sympy.Rational(p, 7) for p in (1, 3, 8, 19, 26, 61, 200))


def mirrored(profile: Profile, a: Expr, b: Expr, sign: int) -> bool:
    """Whether f(a - t) - b is sign*(f(a + t) - b): no on the word of one point, yes as formulas, else Open."""
    if _unlike(profile, a, number(b), sign):
        return False
    if any(not _opposite(p, q, a) for p, q in zip(profile.breaks, reversed(profile.breaks), strict=True)):
        return False
    for here, there in zip(profile.stretches, reversed(profile.stretches), strict=True):
        gap = here.formula.subs(profile.x, 2 * a - profile.x) - b - sign * (there.formula - b)
        if not vanishes(gap):
            raise Open(f"whether {gap} is 0 everywhere")
    return True


def _unlike(profile: Profile, a: Expr, height: arb | None, sign: int) -> bool:
    """Whether one of a few points tells that f(a - t) - height is not sign*(f(a + t) - height)."""
    if height is None:
        return True
    for t in POINTS:
        left, right = (_value_near(profile, a + way * t) for way in (-1, 1))
        if left is None or right is None:
            if (left is None) != (right is None):
                return True
        elif compare(left - height, sign * (right - height)) != 0:
            return True
    return False


def _value_near(profile: Profile, place: Expr) -> arb | None:
    if place.has(Crossing):
        at = number(place)
        return None if at is None else number(profile.formula, {profile.x.name: at})
    return number(profile.formula.subs(profile.x, place))


def _opposite(p: Expr, q: Expr, a: Expr) -> bool:
    gap = sympy.expand(p + q - 2 * a)
    if not gap.has(Crossing):
        return bool(gap == 0)
    size = number(gap)
    return size is not None and compare(size, arb(0)) == 0


def vanishes(e: Expr) -> bool:
    """Whether an analytic formula is 0 for all x, as formulas."""
    for step in (lambda g: g, sympy.expand, lambda g: sympy.expand(g.rewrite(sympy.exp)), rational, sympy.simplify):
        if e == 0 or sympy.count_ops(e) > MOST_OPERATIONS:
            break
        if step in (rational, sympy.simplify):  # as a polynomial in its exponentials
            e = _rescaled(e)
            if not divides_evenly(e):
                break
        e = step(e)
    return bool(e == 0)


def _rescaled(e: Expr) -> Expr:
    """A formula that is 0 for all x where this one is, with exp(x) and exp(-x) for exp(0.3*x) and exp(-0.3*x)."""
    if len(e.free_symbols) != 1:
        return e
    (x,) = e.free_symbols
    shares = [share for f in e.atoms(sympy.exp) if (share := f.args[0].coeff(x)).is_Rational and share != 0]
    return e.subs(x, x / sympy.Rational(sympy.gcd_list(shares))) if shares else e


def rational(e: Expr) -> Expr:
    """One quotient in exp(x), in which logarithms of quotients are taken apart."""
    e = sympy.expand_log(sympy.powsimp(e.rewrite(sympy.exp)), force=True)
    return sympy.cancel(sympy.together(e))


def repeats(s: Setting) -> Any:
    """Its period; None where it has none."""
    if s.profile.breaks or not s.profile.repeats():
        return None
    found = period(s.formula, s.x)
    assert found is not None
    shorter = [found / k for k in (2, 3) if repeats_after(s, found / k)]  # sin**2 after half the period of sin
    return number(shorter[0] if shorter else found)


def repeats_after(s: Setting, length: Expr) -> bool:
    """Whether f(x + length) is f(x): no on the word of one of 7 points, yes as formulas. Open where neither tells."""
    shifted = s.formula.subs(s.x, s.x + length)
    for t in POINTS:
        here, there = number(s.formula.subs(s.x, t)), number(shifted.subs(s.x, t))
        if here is None or there is None or compare(here, there) != 0:
            return False
    size = number(length)
    if size is None or not size > 0:
        return False
    if not vanishes(sympy.expand_trig(shifted) - sympy.expand_trig(s.formula)):
        raise Open(f"whether {shifted} is {s.formula} everywhere")
    return True


#: operations of a plan that cost a function call
CALLS: Final = frozenset(
    "exp exp_tail expm1 expm1_tail log log1p softplus softplus_tail sinh cosh tanh tanh_rest log_cosh asinh acosh "
    "atanh sin cos tan asin acos atan gauss normal erf erfc pow".split()
)
#: steps that carry low halves of pairs, or nothing
FREE: Final = ("input", "const", "head_", "tail_", "corrected")


def cost(s: Setting) -> dict[str, int]:
    """Steps of the plan: all, and those that call a function."""
    expression = s.subject.expression
    names = [*expression.variables, *expression.params]
    try:
        return counted(lower(plan([expression.words], names)).steps)
    except FormulaError as reason:
        raise Open(str(reason)) from None


def counted(steps: Iterable[Step]) -> dict[str, int]:
    """How many steps there are, and how many of them call a function."""
    paid = [step.op for step in steps if not step.op.startswith(FREE)]
    return {"exponentials": sum(op in CALLS for op in paid), "operations": len(paid)}
