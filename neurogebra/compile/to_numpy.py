"""The NumPy target: whole arrays, in blocks of reused buffers, in float64 inside.

The generated block code carries no bounds, so that it is as fast as hand-written NumPy; where it may be
trusted was found beforehand (`to_numpy_trust`), and elements outside, with infinities and nan, are taken
from the exact target. float16, bfloat16 and float32 are computed in float64 and rounded once. Several array
arguments, array parameters, and formulas with waves take the certified form instead: every element with its
bound, about three times slower. It never warns and never changes what it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurogebra.compile import ends, to_exact, to_numpy_pairs
from neurogebra.compile.lower import lower
from neurogebra.compile.plan import Plan
from neurogebra.compile.to_numpy_source import (
    CONDITIONS,
    LOGIC,
    certified_source,
    compile_source,
    fast_source,
    switch_source,
)
from neurogebra.compile.to_numpy_trust import FLOAT32, FLOAT64, Trust, ends_agree, examine, examine_tails, last_place
from neurogebra.errors import InputError

__all__ = ["NumpyFunction"]

Array = NDArray[Any]
ACCEPTED = "a number, an array, or a list of numbers"
WAVES = {"sin", "cos", "tan", "floor", "ceiling"}  # no grid sees every wave: each element has its bound
MOST_EXACT = 100_000  # elements of one call for the exact target, some ten seconds; more keep their float64 value
BLOCK = 8192  # elements; 64 KiB a buffer, so that a dozen of them stay in a 1 MiB cache


class NumpyFunction:
    """The outputs of one plan for arrays."""

    def __init__(self, plan: Plan, variables: int) -> None:
        self.plan, self.variables = plan, variables
        self.lowered = lower(plan)
        self.waves = any(step.op in WAVES for step in plan.steps)
        self._fast = compile_source(fast_source(self.lowered))
        self._trust: dict[tuple[Any, ...], _Judgement] = {}

    def __call__(self, variables: Sequence[Any], parameters: Sequence[Any]) -> tuple[Any, ...]:
        """One array per output, of the variables' broadcast shape and common dtype."""
        arrays = [as_array(v) for v in variables]
        dtype = np.result_type(*arrays) if len(arrays) > 1 else arrays[0].dtype
        with np.errstate(all="ignore"):
            if len(arrays) == 1 and not self.waves and all(isinstance(p, float) for p in parameters):
                return self._one(arrays[0], dtype, tuple(parameters))
            return self._many(arrays, dtype, list(parameters))

    # one variable -------------------------------------------------------------------------------------

    def _one(self, x: Array, dtype: Any, parameters: tuple[float, ...]) -> tuple[Array, ...]:
        outputs = tuple(np.empty(x.shape, dtype) for _ in self.plan.outputs)
        flat = np.ascontiguousarray(x).reshape(-1)
        targets = tuple(o.reshape(-1) for o in outputs)
        doubtful = self._blocks(flat, targets, parameters, self._judge(parameters, dtype))
        if doubtful.size:
            self._repair(flat, targets, parameters, doubtful)
        return outputs

    def quick(self, parameters: tuple[float, ...]) -> Callable[[Any], Any]:
        """The first output for float64 arrays of one block or less; None for any other input.

        A thousand elements are evaluated in the time of a dozen NumPy calls, so each check here is one call.
        """
        if self.waves:
            return lambda x: None
        with np.errstate(all="ignore"):
            judgement = self._judge(parameters, np.dtype(np.float64))
        fast, everywhere, inside = self._fast, judgement.everywhere, judgement.square_bound
        empty_like, errstate, dot, float64 = np.empty_like, np.errstate, np.dot, np.dtype(np.float64)

        def answer(x: Any) -> Any:
            if x.dtype != float64 or x.ndim != 1 or x.size > BLOCK or not x.flags.c_contiguous:
                return None
            out = empty_like(x, subok=False)
            with errstate(all="ignore"):
                if not everywhere and not dot(x, x) <= inside:  # no element can be larger than its root
                    return None
                fast((out,), x, *parameters)
            return out

        return answer

    def _blocks(
        self, x: Array, targets: tuple[Array, ...], parameters: tuple[float, ...], judgement: _Judgement
    ) -> NDArray[np.intp]:
        direct = x.dtype == np.float64 or (judgement.own_dtype and x.dtype == np.float32)
        found: list[NDArray[np.intp]] = []
        for start in range(0, x.size, BLOCK):
            block = x[start : start + BLOCK]
            inner = block if direct else block.astype(np.float64)
            outs = tuple(t[start : start + BLOCK] for t in targets)
            if direct:
                self._fast(outs, inner, *parameters)
            else:
                buffers = tuple(np.empty(inner.shape) for _ in outs)
                self._fast(buffers, inner, *parameters)
                for out, buffer in zip(outs, buffers, strict=True):
                    np.copyto(out, buffer, casting="unsafe")
            if not judgement.everywhere and not judgement.holds(inner):
                found.append(judgement.doubtful(inner) + start)
        return np.concatenate(found) if found else _NOTHING

    def _repair(
        self, x: Array, targets: tuple[Array, ...], parameters: tuple[float, ...], doubtful: NDArray[np.intp]
    ) -> None:
        """Elements in doubt, each distinct value once."""
        values, where = np.unique(x[doubtful].astype(np.float64), return_inverse=True)
        answers = self._settled([values, *(np.full(values.shape, p) for p in parameters)])
        for target, answer in zip(targets, answers, strict=True):
            target[doubtful] = answer[where.reshape(-1)].astype(target.dtype)

    def _judge(self, parameters: tuple[float, ...], dtype: Any) -> _Judgement:
        single = dtype.itemsize < 8
        key = (parameters, single)
        if key not in self._trust:
            if len(self._trust) > 256:  # a parameter being trained takes a new value each step
                self._trust.clear()
            self._trust[key] = _Judgement(self, parameters, single)
        return self._trust[key]

    # several variables, or arrays of parameters ---------------------------------------------------------

    def _many(self, arrays: list[Array], dtype: Any, parameters: list[Any]) -> tuple[Array, ...]:
        wide = [a.astype(np.float64) for a in arrays] + [np.asarray(p, dtype=np.float64) for p in parameters]
        wide = [w.reshape(-1) for w in np.broadcast_arrays(*wide)]
        shape = np.broadcast_shapes(*(a.shape for a in arrays), *(np.shape(p) for p in parameters))
        tolerance = FLOAT32 if dtype.itemsize < 8 else FLOAT64
        finite = np.logical_and.reduce([np.isfinite(w) for w in wide])
        answers, good = [], finite
        for value, error in self.certified(*wide):
            value, error = (np.broadcast_to(part, finite.shape) for part in (value, error))
            enough = tolerance.units * last_place(value) + tolerance.floor
            answers.append(np.array(value, dtype=np.float64))
            good = good & (error <= enough) & np.isfinite(value)
        doubtful = np.flatnonzero(~good)
        if doubtful.size:
            settled = self._settled([w[doubtful] for w in wide])
            for answer, better in zip(answers, settled, strict=True):
                answer[doubtful] = better
        return tuple(answer.astype(dtype).reshape(shape) for answer in answers)

    def _settled(self, inputs: list[Array]) -> Array:
        """The outputs where float64 is not enough: in pairs of floats, and what even these leave open exactly."""
        answers = np.empty((len(self.plan.outputs), inputs[0].size))
        open_ = np.ones(inputs[0].shape, dtype=bool)
        finite = np.flatnonzero(np.logical_and.reduce([np.isfinite(i) for i in inputs]))
        if finite.size:
            named: dict[str, Any] = dict(zip(self.plan.inputs, (i[finite] for i in inputs), strict=True))
            settled = to_numpy_pairs.evaluate(self.plan, named)
            for answer, (value, _) in zip(answers, settled, strict=True):
                answer[finite] = value
            open_[finite] = ~np.logical_and.reduce([good for _, good in settled])
        still = np.flatnonzero(open_)
        for i in still[:MOST_EXACT].tolist():
            answers[:, i] = self._exact(tuple(float(each[i]) for each in inputs))
        if still.size > MOST_EXACT:
            rest = still[MOST_EXACT:]
            plain = self.certified(*(each[rest] for each in inputs))
            answers[:, rest] = [np.broadcast_to(value, rest.shape) for value, _ in plain]
        return answers

    def _exact(self, values: tuple[float, ...]) -> tuple[float, ...]:
        if not all(map(np.isfinite, values)):
            return ends.at_infinity(self.plan, self.variables, values)
        return to_exact.evaluate(self.plan, dict(zip(self.plan.inputs, values, strict=True)))

    @cached_property
    def switches(self) -> Callable[..., tuple[Any, ...]]:
        """The conditions of the formula that float64 may get wrong."""
        return compile_source(switch_source(self.lowered))

    @cached_property
    def certified(self) -> Callable[..., tuple[tuple[Any, Any], ...]]:
        """The form in which every element carries the bound on its error."""
        return compile_source(certified_source(self.lowered))


class _Judgement:
    """What is known of the fast form for one set of parameter values and one width of dtype."""

    def __init__(self, function: NumpyFunction, parameters: tuple[float, ...], single: bool) -> None:
        self.function, self.parameters, self.single = function, parameters, single
        self.own_dtype = _exact_steps(function.lowered, parameters)
        count = len(function.plan.outputs)
        self.trusts = [self._examine(k) for k in range(count)]
        self.tails_known = False
        ends_right = all(ends_agree(self._part(self._fast, k), self._limits(k)) for k in range(count))
        self.everywhere = ends_right and all(t.whole for t in self.trusts)

    @property
    def square_bound(self) -> float:
        """A sum of squares below which every element is trusted; -1 where 0 itself is not."""
        around = [min(-a, b) for t in self.trusts for a, b in t.intervals if a <= 0 <= b]
        return min(min(around), 1e150) ** 2 if len(around) >= len(self.trusts) else -1.0

    def holds(self, x: Array) -> bool:
        low, high = float(x.min()), float(x.max())
        return all(t.holds(low, high) for t in self.trusts)

    def doubtful(self, x: Array) -> NDArray[np.intp]:
        found = self._doubtful(x)
        if found.size and not self.tails_known and np.abs(x[found]).max() >= 4:
            self.tails_known = True
            self.trusts = [
                examine_tails(t, self._part(self._fast, k), self._part(self._truth, k), self.single)
                for k, t in enumerate(self.trusts)
            ]
            found = self._doubtful(x)
        return found

    def _doubtful(self, x: Array) -> NDArray[np.intp]:
        return np.unique(np.concatenate([t.doubtful(x) for t in self.trusts]))

    def _examine(self, k: int) -> Trust:
        certified, switches = self.function.certified, self.function.switches
        return examine(
            lambda x: certified(x, *self.parameters)[k], lambda x: switches(x, *self.parameters), self.single
        )

    def _truth(self, x: Array) -> tuple[Any, ...]:
        inputs: dict[str, Any] = dict(zip(self.function.plan.inputs, (x, *self.parameters), strict=True))
        return tuple(to_numpy_pairs.evaluate(self.function.plan, inputs))

    def _part(self, function: Callable[[Any], tuple[Any, ...]], k: int) -> Callable[[Any], Any]:
        return lambda x: function(x)[k]

    def _fast(self, x: Array) -> tuple[Array, ...]:
        outs = tuple(np.empty(x.shape) for _ in self.function.plan.outputs)
        self.function._fast(outs, x, *self.parameters)
        return outs

    def _exact(self, x: float) -> tuple[float, ...]:
        return self.function._exact((x, *self.parameters))

    def _limits(self, k: int) -> tuple[float, float]:
        low, high = (self._exact(sign * np.inf)[k] for sign in (-1, 1))
        return low, high


_NOTHING: NDArray[np.intp] = np.empty(0, dtype=np.intp)


def _exact_steps(plan: Plan, parameters: tuple[float, ...]) -> bool:
    """Whether float32 gives the rounded truth by itself: exact steps and numbers that fit."""
    numbers = [float(s.data) for s in plan.steps if s.op == "const"] + list(parameters)  # type: ignore[arg-type]
    if any(float(np.float32(n)) != n for n in numbers):
        return False
    rounded = {"neg", "abs", "max", "min", "sign", "floor", "ceiling", "select", *CONDITIONS, *LOGIC}
    return all(s.op in rounded or s.op in ("input", "const") for s in plan.steps)


def as_array(value: Any) -> Array:
    """The value as an array of real numbers of at most 64 bits."""
    if isinstance(value, str | bytes | bool | complex) or value is None:
        raise InputError(f"cannot evaluate at {value!r}: give {ACCEPTED}.")
    try:
        array = np.asarray(value)
    except ValueError as reason:
        raise InputError(f"cannot evaluate at a ragged list ({reason}): give {ACCEPTED}.") from None
    if array.dtype.kind == "c":
        raise InputError(f"cannot evaluate at complex numbers ({array.dtype}): give {ACCEPTED}, real.")
    if array.dtype.kind in "iub" or array.dtype == np.longdouble:
        return array.astype(np.float64)
    if array.dtype.kind == "f" or array.dtype.name == "bfloat16":
        return array
    raise InputError(f"cannot evaluate at {_described(value)}: give {ACCEPTED}.")


def _described(value: Any) -> str:
    kind = type(value).__name__
    dtype = getattr(value, "dtype", None)
    return f"an array of dtype {dtype}" if dtype is not None else f"a {kind} that holds no plain numbers"
