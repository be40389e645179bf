"""A plan made safe for float64: the same mathematics in steps that keep their digits where arrays live.

Four devices, all general: constants are folded from 200 bits; sigmoid, sech2, tanh(softplus(u)) and the normal
distribution are made of one exponential each; an argument of exp, sin, erfc and their like that is a polynomial
of inputs is carried as an unevaluated sum of two floats, because exp multiplies the relative error of its argument
by the argument (1.702*x alone costs 160 ULP at x = -420); products with powers of two are marked exact.
What still loses digits (far tails, roots, underflow) is not repaired here: every value carries a bound on its
error, and a value whose bound is too wide is computed again by `to_exact`.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from functools import partial, reduce

from neurogebra.compile.doubled import doubled
from neurogebra.compile.lower_numbers import Numbers, exp_of, over_root_of_pi
from neurogebra.compile.lower_pairs import Pair, PairSteps
from neurogebra.compile.plan import Builder, Plan, Step
from neurogebra.errors import FormulaError

__all__ = ["ARITHMETIC", "Lowering", "lower"]

ARITHMETIC = {"input", "const", "neg", "abs", "add", "sub", "mul", "div"}
FAR = 32  # of c in exp(k*w)*exp(c): exp(k*w) overflows that much earlier, or later, than the whole
PAIR_LIMIT = 16  # steps of an argument carried as a pair; each costs about ten operations
OF_SQUARE = {Fraction(-1): "bell", Fraction(-1, 2): "gauss"}


def lower(plan: Plan, rough: Collection[str] = ()) -> Plan:
    """The float64 plan of the same outputs; `rough` inputs carry an error of their own and no pairs."""
    return Lowering(doubled(plan), rough).lowered()


class Lowering:
    """The steps of one plan, made safe one by one; see `lower`."""

    def __init__(self, plan: Plan, rough: Collection[str] = ()) -> None:
        self.plan, self.old, self.new, self.rough = plan, plan.steps, Builder(), rough
        self.number, self.pairs = Numbers(plan), PairSteps(self.new)
        self._values: dict[int, int] = {}
        self._pairs: dict[int, Pair] = {}
        self._sizes: dict[int, int] = {}

    def lowered(self) -> Plan:
        return self.new.needed(self.plan.inputs, [self.value(o) for o in self.plan.outputs])

    # plain values ---------------------------------------------------------------------------------

    def value(self, i: int) -> int:
        if i not in self._values:
            number = self.number(i)
            self._values[i] = self._step(i) if number is None else self.pairs.number(number)
        return self._values[i]

    def _step(self, i: int) -> int:
        step = self.old[i]
        scaled = self.number.scaled(i) if step.op in ("mul", "div") else None
        if scaled is not None:
            factor, other = scaled
            return self.pairs.scaled_step(self.value(other), factor)
        rule = getattr(self, f"_{step.op}", None)
        if rule is not None:
            return int(rule(*step.args))
        return self.new.add(step.op, *(self.value(a) for a in step.args), data=step.data)

    # exponentials ---------------------------------------------------------------------------------

    def _exp(self, u: int) -> int:
        return self._power_of_sigmoid(u) or self._exp_of_square(u) or self._exp_of_pair(u, 1)

    def _exp_of_square(self, u: int) -> int | None:
        """exp(-w**2) and exp(-w**2/2) as functions of w, in half the time of an exponential of a pair."""
        factor, i = Fraction(1), u
        while (part := self.number.factored(i)) is not None:
            factor, i = factor * part[0], part[1]
        word, step = OF_SQUARE.get(factor), self.old[i]
        if word is None or step.op != "mul" or step.args[0] != step.args[1]:
            return None
        head, tail = self.pair(step.args[0])
        return self.new.add(word, head) if tail is None else None

    def _power_of_sigmoid(self, u: int) -> int | None:
        """sigmoid(-w)**-c for exp(c*softplus(w)), whose argument passes 36 ULP on at w = 24 with c = -1.5."""
        negative, inner = self._without_sign(u)
        if inner.op != "mul":
            return None
        for factor, other in (inner.args, inner.args[::-1]):
            odd, word = self._without_sign(other)
            if word.op == "softplus" and self._without_sign(factor)[1].op in ("const", "input"):
                exponent = self._minus(factor) if negative == odd else self.value(factor)
                return self.new.add("pow", self.new.add("over", self._exp(word.args[0])), exponent)
        return None

    def _minus(self, i: int) -> int:
        number = self.number(i)
        return self.new.add("neg", self.value(i)) if number is None else self.pairs.number(-number)

    def _without_sign(self, i: int) -> tuple[bool, Step]:
        """Whether a step is the negative of another, and that other."""
        step = self.old[i]
        return (True, self.old[step.args[0]]) if step.op == "neg" else (False, step)

    def _exp_of_pair(self, u: int, sign: int) -> int:
        """exp(k*w)*exp(c) for exp(k*w + c) where k*w is exact, in half the passes of an exponential of a pair."""
        pair = self.pair(u)
        factor, w, offset = self.number.without_offset(u)
        if pair[1] is None or abs(offset) > FAR or self.pair(w)[1] is not None:
            return self._exp_of(self.pairs.scaled(pair, sign))
        e = self._exp_of(self.pairs.scaled(self.pair(w), sign * factor))
        return self.new.add("mul", e, self.pairs.number(exp_of(sign * offset)))

    def _exp_of(self, pair: Pair) -> int:
        return self._of_pair("exp", pair)

    def _of_pair(self, word: str, pair: Pair) -> int:
        """A function of a pair: where there is a tail, the function's own word for one, such as exp_tail."""
        head, tail = pair
        return self.new.add(word, head) if tail is None else self.new.add(f"{word}_tail", head, tail)

    def _expm1(self, u: int) -> int:
        return self._of_pair("expm1", self.pair(u))

    def _sigmoid(self, u: int) -> int:
        """1/(1 + e) or e/(1 + e), e = exp(-w): sigmoid(w) and sigmoid(-w) share e."""
        mirrored = self.old[u].op == "neg"
        w = self.old[u].args[0] if mirrored else u
        return self.new.add("share" if mirrored else "over", self._exp_of_pair(w, -1))

    def _softplus(self, u: int) -> int:
        return self._of_pair("softplus", self.pair(u))

    def _tanh(self, u: int) -> int:
        """1/(1 + k) for tanh(softplus(w)), which as it stands passes on the errors of three functions."""
        if self.old[u].op == "softplus":
            return self.new.add("over", self._of_softplus(self.old[u].args[0]))
        return self.new.add("tanh", self.value(u))

    def _of_softplus(self, w: int) -> int:
        """k = 2e*e/(1 + 2e), e = exp(-w): tanh(softplus(w)) is 1/(1 + k), and sigmoid(w) shares e."""
        e = self._exp_of_pair(w, -1)
        return self.new.add("mul", e, self.new.add("share", self.pairs.scaled_step(e, 2)))

    def _add(self, a: int, b: int) -> int:
        """A parameter that is 0 and part of the formula costs nothing, nor do numbers that cancel: 1 + (x - 1)."""
        for this, other in ((a, b), (b, a)):
            factor, w, offset = self.number.without_offset(other)
            if self.number(this) == -offset:
                return self.pairs.scaled_step(self.value(w), factor) if offset else self.value(other)
        return self.new.add("add", self.value(a), self.value(b))

    def _sub(self, a: int, b: int) -> int:
        """a - tanh(a) as one function, 1 - 1/(1 + w) as w/(1 + w): both lose all their digits near 0."""
        if self.number(b) == 0:
            return self.value(a)
        if self._is_tanh_rest(a, b):
            return self.new.add("tanh_rest", self.value(a))
        if self.number(a) == 1 and self.old[b].op == "div" and self.number(self.old[b].args[0]) == 1:
            first, *others = self.number.terms(self.old[b].args[1])
            if self.number(first) == 1 and others:
                rest = reduce(partial(self.new.add, "add"), map(self.value, others))
                return self.new.add("div", rest, self.new.add("add", self.new.constant(1), rest))
        return self.new.add("sub", self.value(a), self.value(b))

    def _is_tanh_rest(self, a: int, b: int) -> bool:
        return self.old[b].op == "tanh" and self.old[b].args == (a,)

    def _sech2(self, u: int) -> int:
        """4e/(1 + e)**2, e = exp(-2|u|): 1 - tanh(u)**2 has no digits beyond 19."""
        inner = self.old[u]
        if inner.op == "softplus":  # (1 - t)*(1 + t), t = 1/(1 + k)
            k = self._of_softplus(inner.args[0])
            above = self.new.add("add", self.new.constant(1), self.new.add("over", k))
            return self.new.add("mul", self.new.add("share", k), above)
        return self.new.add("hump", self._exp_of_minus_twice(u))

    def _exp_of_minus_twice(self, u: int) -> int:
        """exp(-2|u|)."""
        return self._exp_of(self.pairs.scaled(self.pairs.magnitude(self.pair(u)), -2))

    # the normal distribution ----------------------------------------------------------------------

    def _gauss(self, u: int) -> int:
        """exp(-u**2/2)."""
        head, tail = self.pair(u)
        g = self.new.add("gauss", head)
        if tail is not None:
            shift = self.new.add("mul", head, tail)
            g = self.new.add("mul", g, self.new.add("sub", self.new.constant(1), shift))
        return g

    def _phi(self, u: int) -> int:
        return self.new.add("mul", self._gauss(u), self.pairs.number(over_root_of_pi(1, 2)))

    def _Phi(self, u: int) -> int:
        head, tail = self.pair(u)
        g = self.new.add("gauss", head)  # of the head alone: the tail is allowed for once, by the slope
        value = self.new.add("normal", head, g)
        if tail is None:
            return value
        slope = self.new.add("mul", g, self.pairs.number(over_root_of_pi(1, 2)))
        return self.new.add("tail_corrected", value, slope, tail)

    def _erfc(self, u: int) -> int:
        head, tail = self.pair(u)
        value = self.new.add("erfc", head)
        if tail is None:
            return value
        square = self.pairs.product((head, None), (head, None))
        slope = self.new.add("mul", self._exp_of(self.pairs.negated(square)), self.pairs.number(-over_root_of_pi(2, 1)))
        return self.new.add("tail_corrected", value, slope, tail)

    # circular functions ---------------------------------------------------------------------------

    def _sin(self, u: int) -> int:
        head, tail = self.pair(u)
        value = self.new.add("sin", head)
        return value if tail is None else self.new.add("corrected", value, self.new.add("cos", head), tail)

    def _cos(self, u: int) -> int:
        head, tail = self.pair(u)
        value = self.new.add("cos", head)
        if tail is None:
            return value
        return self.new.add("corrected", value, self.new.add("neg", self.new.add("sin", head)), tail)

    # quotients ------------------------------------------------------------------------------------

    def _div(self, a: int, b: int) -> int:
        if self.number(b) == 0 and self.new.steps[self.value(a)].op == "const":  # of a choice that a parameter decides
            raise FormulaError("a constant part of the formula has no finite real value")
        ratio = self.number.ratio(a, b)
        if ratio is None:
            return self.new.add("div", self.value(a), self.value(b))
        w, *factors = map(self.value, ratio)
        return reduce(partial(self.new.add, "mul"), factors, self.new.add("ratio", w))

    # choices --------------------------------------------------------------------------------------

    def _select(self, condition: int, yes: int, no: int) -> int:
        """The arm in force, where parameters alone decide which."""
        truth = self.number.truth(condition)
        if truth is not None:
            return self.value(yes if truth else no)
        return self.new.add("select", self.value(condition), self._arm(yes), self._arm(no))

    def _arm(self, i: int) -> int:
        """An arm; nan where it is a constant without a value, as a slope at the one point at which it has none."""
        try:
            return self.value(i)
        except FormulaError:
            return self.new.add("log", self.new.constant(-1))

    # unevaluated sums -----------------------------------------------------------------------------

    def pair(self, i: int) -> Pair:
        """Head and tail of a polynomial of inputs; anything else is its value, with no tail."""
        if i not in self._pairs:
            self._pairs[i] = self._pair(i) if self._is_pair(i) else (self.value(i), None)
        return self._pairs[i]

    def _is_pair(self, i: int) -> bool:
        return self._size(i) <= PAIR_LIMIT

    def _size(self, i: int) -> int:
        if i not in self._sizes:
            step = self.old[i]
            parts = () if step.op == "select" else step.args  # an arm may have no value
            inner = 1 + sum(map(self._size, parts))
            known = step.op in ARITHMETIC or self.number(i) is not None
            known = known and not (step.op == "input" and step.data in self.rough)
            self._sizes[i] = inner if known else PAIR_LIMIT + 1
        return self._sizes[i]

    def _pair(self, i: int) -> Pair:
        number = self.number(i)
        if number is not None:
            return self.pairs.constant(number)
        step = self.old[i]
        if step.op == "input":
            return self.value(i), None
        parts = [self.pair(a) for a in step.args]
        scaled = self.number.scaled(i)
        if scaled is not None:
            factor, other = scaled
            return self.pairs.scaled(self.pair(other), factor)
        if step.op == "abs":
            return self.pairs.magnitude(parts[0])
        if step.op == "div":
            return self.pairs.quotient(*parts)
        if step.op == "mul":
            return self.pairs.product(*parts)
        if self.number(step.args[1]) == 0:
            return parts[0]
        right = self.pairs.negated(parts[1]) if step.op == "sub" else parts[1]
        return self.pairs.sum(parts[0], right)
