"""The fast array form for one set of parameter values, with what is known of where it may be trusted.

A parameter of few bits, such as 0, 1 or 6, is made part of the formula, so that swish_beta with beta = 1 is swish
and costs no more, and bounds of 0 and 6 are one clip; all other values share one piece of generated code. A plan of
one or two passes runs on the whole array, any other in blocks that stay in the cache; formulas whose steps are exact
or rounded once run in the input's own dtype and are trusted on the whole line. It leaves what lies outside the trusted
range to its caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurogebra.compile.lower import lower
from neurogebra.compile.lower_compensated import compensated
from neurogebra.compile.plan import Plan, fixed
from neurogebra.compile.source import Source
from neurogebra.compile.to_numpy_intervals import NOTHING, WHOLE_LINE, Trust, common, ends_agree, watch
from neurogebra.compile.to_numpy_source import Fast, certified_source, compile_source, fast_source, switch_source
from neurogebra.compile.to_numpy_steps import for_arrays, with_rough_slopes
from neurogebra.compile.to_numpy_trust import GRID, changes, examine, examine_tails
from neurogebra.errors import FormulaError

__all__ = ["BLOCK", "MANY", "Code", "Form"]

Array = NDArray[Any]
SIMPLE = 8  # times the mantissa of such a parameter is whole: of 6, but of no number that training comes to
MOST_POLES = 64  # points of the grid at which the exact target is asked, 0.1 ms each
MANY = 1 << 18  # elements: the second such array pays for the tails, 2 to 40 ms, which a trained parameter never does
BLOCK = 32768  # elements, 256 KiB a buffer: blocks of half the size take 3 to 8 % more, of twice the size hardly less


class Code:
    """What is generated for a plan, each kind when it is first asked for."""

    def __init__(self, plan: Plan, variables: int) -> None:
        self.plan = plan
        self.lowered = with_rough_slopes(lower(plan))
        self.fast: Fast = fast_source(for_arrays(self.lowered, variables), variables)
        self._compiled: dict[Any, tuple[Callable[..., None], Callable[..., Any]]] = {}
        self._fixed: dict[tuple[tuple[str, Fraction], ...], Code] = {}

    def function(self, dtype: Any) -> tuple[Callable[..., None], Callable[..., Any]]:
        """The fast form, and what of it depends on parameters alone, for arrays of a dtype."""
        if dtype not in self._compiled:
            self._compiled[dtype] = self.fast.compiled(dtype)
        return self._compiled[dtype]

    @cached_property
    def certified(self) -> Callable[..., tuple[tuple[Any, Any], ...]]:
        """The form in which every element carries the bound on its error."""
        return compile_source(certified_source(self.lowered))

    @cached_property
    def compensated(self) -> Callable[..., tuple[tuple[Any, Any], ...]]:
        """The same for a plan whose sums, products and quotients are exact, at three times the cost."""
        return compile_source(certified_source(compensated(self.plan)))

    @cached_property
    def switches(self) -> Callable[..., tuple[Any, ...]]:
        """The conditions of the formula that float64 may get wrong, and the signs of what it divides by."""
        return compile_source(switch_source(self.lowered))

    @cached_property
    def rounded_once(self) -> bool:
        """Whether every output is the correctly rounded truth at every float."""
        return self.rounded_but_at_poles and not self.divides

    @cached_property
    def rounded_but_at_poles(self) -> bool:
        """The same, but for the places where a division finds a 0."""
        source = Source(self.lowered, scalar=False)
        source.lines(self.lowered.outputs, set())
        return all(source.rounded_once(o) for o in self.lowered.outputs)

    @cached_property
    def divides(self) -> bool:
        """Whether there may be poles."""
        steps = self.lowered.steps
        divisors = (steps[s.args[1]] for s in steps if s.op == "div")
        return not all(s.op == "const" and s.data for s in divisors)

    def with_simple_numbers(self, values: Sequence[float], variables: int) -> Code:
        """The code in which parameters of few bits are numbers of the formula."""
        simple = tuple(
            (name, Fraction(value))
            for name, value in zip(self.plan.inputs[variables:], values, strict=True)
            if (np.frexp(value)[0] * SIMPLE).is_integer()
        )
        if simple and simple not in self._fixed:
            try:
                self._fixed[simple] = Code(fixed(self.plan, dict(simple)), variables)
            except FormulaError:  # 1/alpha at alpha = 0
                self._fixed[simple] = self
        return self._fixed[simple] if simple else self


class Form:
    """The fast form with its parameters, for float64 or for narrower dtypes (`single`)."""

    def __init__(
        self,
        code: Code,
        parameters: tuple[float, ...],
        single: bool,
        settle: Callable[..., tuple[Any, ...]],
        exact: Callable[[tuple[float, ...]], tuple[float, ...]],
        proven: list[Trust] | None,
    ) -> None:
        """`settle` gives outputs as pairs of floats with proof, `exact` those of one point; of the plan's inputs.

        Where each output may be trusted is found here, on a grid, unless it is `proven`, as for formulas with waves.
        """
        self.code, self.single = code, single
        self.parameters = tuple(map(np.float64, parameters))  # of which 1/0 is inf, where Python's floats raise
        self._settle, self._point = settle, exact
        self.outputs = range(len(code.lowered.outputs))
        self._run_in(np.float64)
        rounded_once = code.rounded_once or (code.rounded_but_at_poles and self._right_at_poles())
        self.own_dtype = single and rounded_once and self._fits_float32()
        if self.own_dtype:
            self._run_in(np.float32)
        self.trusts = proven or [WHOLE_LINE if rounded_once else self._examine(k) for k in self.outputs]
        self.tails_known = proven is not None  # waves have none
        self.used = False  # for many elements
        self._agree()

    def _run_in(self, kind: Any) -> None:
        self.dtype = np.dtype(kind)
        self.fast, once = self.code.function(self.dtype)
        numbers = [np.array(p, self.dtype) for p in self.parameters]
        self.numbers = [*numbers, *map(np.asarray, once(*numbers))]

    def _agree(self) -> None:
        """What follows from the trusted range, found anew when it has grown."""
        self.trust = common(self.trusts)
        ends = [ends_agree(lambda x, k=k: self._values(x)[k], self._limits(k)) for k in self.outputs]  # type: ignore[misc]
        left, right, nan, shown = (all(each) for each in zip(*ends, strict=True))
        self.shown = self.trust.whole and shown and len(ends) == 1  # as of x/(1 + abs(x)): one pass over the answer
        self.everywhere = self.trust.whole and left and right and nan
        self.trusts_all = watch(self.trust, left, right, nan)

    def _right_at_poles(self) -> bool:
        """Whether the fast form gives, as 1/x with its 0 at 0 does, the truth wherever a division finds a 0."""
        with np.errstate(all="ignore"):
            outs = self._values(GRID)
            sides = changes(lambda x: self.code.switches(x, *self.parameters))
            asked = GRID[np.logical_or.reduce([~np.isfinite(out) for out in outs]) | (GRID == 0)]
            asked = np.concatenate([asked, sides, np.nextafter(sides, np.inf)])[: MOST_POLES + 1]
            found = self._values(asked)
        truths = [self._point((at, *self.parameters)) for at in asked.tolist()]
        return len(truths) <= MOST_POLES and np.array_equal(np.transpose(truths), found)

    def _fits_float32(self) -> bool:
        numbers = [*self.code.fast.constants.values(), *self.parameters]
        return all(float(np.float32(n)) == n for n in numbers)

    # evaluation -----------------------------------------------------------------------------------------

    def buffers(self, size: int) -> list[Array]:
        return [np.empty(size, self.dtype) for _ in range(self.code.fast.buffers)]

    def fill(self, x: Array, targets: tuple[Array, ...]) -> NDArray[np.intp]:
        """The outputs into `targets`; returned is where they are not to be trusted."""
        direct = x.dtype == self.dtype
        if x.size >= MANY and not self.tails_known:
            if self.used:
                self.examine_tails()  # where all of the line is trusted, no block has to be looked at
            self.used = True
        if direct and self.everywhere and self.code.fast.at_once:
            self.fast(targets, (), x, *self.numbers)
            return NOTHING
        found = [
            self._block(x, targets, part, buffers) if direct else self._converted(x, targets, part, buffers)
            for part, buffers in self._parts(x.size, self.code.fast.buffers + (not direct) * (1 + len(targets)))
        ]
        return np.concatenate([NOTHING, *found]) if any(f.size for f in found) else NOTHING

    def _parts(self, size: int, buffers: int) -> Iterator[tuple[slice, list[Array]]]:
        """The blocks of an array, and buffers of their size."""
        block = BLOCK if buffers else 2 * BLOCK  # with the input and the output alone at work there is room for more
        made = [np.empty(min(size, block), self.dtype) for _ in range(buffers)]
        for start in range(0, size - block + 1, block):
            yield slice(start, start + block), made
        if size % block:
            yield slice(size - size % block, size), [b[: size % block] for b in made]

    def _block(self, x: Array, targets: tuple[Array, ...], part: slice, buffers: list[Array]) -> NDArray[np.intp]:
        block = x[part]
        self.fast([t[part] for t in targets], buffers, block, *self.numbers)
        sure = not isnan(np.maximum.reduce(targets[0][part])) if self.shown else self.trusts_all(block)
        return NOTHING if sure else self.doubtful(block) + part.start

    def _converted(self, x: Array, targets: tuple[Array, ...], part: slice, buffers: list[Array]) -> NDArray[np.intp]:
        """In float64, rounded into the targets."""
        inner, outer, rest = buffers[0], buffers[1 : 1 + len(targets)], buffers[1 + len(targets) :]
        np.copyto(inner, x[part])
        self.fast(outer, rest, inner, *self.numbers)
        for target, values in zip(targets, outer, strict=True):
            np.copyto(target[part], values, casting="unsafe")
        found = [] if self.trusts_all(inner) else [self.doubtful(inner)]
        found += [trust.faint(inner, outer[k]) for k, trust in enumerate(self.trusts) if trust.least]
        return np.unique(np.concatenate([NOTHING, *found])) + part.start if any(f.size for f in found) else NOTHING

    def doubtful(self, x: Array) -> NDArray[np.intp]:
        """Indices of the elements outside the trusted range."""
        found = self.trust.doubtful(x)
        if found.size and not self.tails_known and np.abs(x[found]).max() >= 4:
            self.examine_tails()
            found = self.trust.doubtful(x)
        return found

    def examine_tails(self) -> None:
        """Learn where the far ends may be trusted, once."""
        if self.tails_known:
            return
        self.tails_known = True
        self.trusts = [
            examine_tails(t, lambda x, k=k: self._values(x)[k], lambda x, k=k: self._settled(x)[k], self.single)  # type: ignore[misc]
            for k, t in enumerate(self.trusts)
        ]
        self._agree()

    # what the form is compared with ---------------------------------------------------------------------

    def _examine(self, k: int) -> Trust:
        certified, switches = self.code.certified, self.code.switches
        return examine(
            lambda x: certified(x, *self.parameters)[k],
            lambda x: switches(x, *self.parameters),
            lambda x: self._values(x)[k],
            lambda x: self._settled(x)[k],
            self.single,
        )

    def _values(self, x: Array) -> tuple[Array, ...]:
        outs = tuple(np.empty(x.shape, self.dtype) for _ in self.outputs)
        self.fast(outs, self.buffers(x.size), x.astype(self.dtype), *self.numbers)
        return outs

    def _settled(self, x: Array) -> tuple[Any, ...]:
        return self._settle(x, *self.parameters)

    def _limits(self, k: int) -> tuple[float, float]:
        low, high = (self._point((sign * np.inf, *self.parameters))[k] for sign in (-1, 1))
        return low, high
