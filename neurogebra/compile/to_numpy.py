"""The NumPy target: whole arrays, in blocks of reused buffers, in float64 inside.

The generated block code carries no bounds, so that it is as fast as hand-written NumPy (`to_numpy_forms`);
where it may be trusted was found beforehand, and elements outside, with infinities and nan, are taken from
the exact target. float16, bfloat16 and float32 are computed in float64 and rounded once. Several array
arguments, array parameters, and formulas with waves where nothing is proven yet (`to_numpy_waves`) take the
certified form: every element with its bound, about three times slower. It never warns or changes what it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from neurogebra.compile import ends, to_exact, to_numpy_pairs
from neurogebra.compile.plan import Plan
from neurogebra.compile.to_numpy_forms import BLOCK, Code, Form
from neurogebra.compile.to_numpy_frameworks import home_of
from neurogebra.compile.to_numpy_given import array_of
from neurogebra.compile.to_numpy_intervals import NEAR
from neurogebra.compile.to_numpy_passes import quiet
from neurogebra.compile.to_numpy_trust import FLOAT32, FLOAT64, last_place
from neurogebra.compile.to_numpy_waves import WAVES, Waves
from neurogebra.errors import InputError, brief

__all__ = ["BLOCK", "NumpyFunction"]

Array = NDArray[Any]
Made = TypeVar("Made")
ACCEPTED = "a number, an array, or a list of numbers"
FEW = 2  # elements, which the exact target settles in 0.1 to 0.5 ms; pairs of floats take 0.6 to 1 for any number
MOST_WORK = 100_000  # of the exact target in one call, some ten seconds; what is left keeps its float64 value


class NumpyFunction:
    """The outputs of one plan for arrays."""

    def __init__(self, plan: Plan, variables: int, steady: Plan | None = None) -> None:
        self.plan, self.variables = plan, variables
        self.code = Code(steady or plan, variables)  # in float64; all else is asked of the plan
        self.waves = any(step.op in WAVES for step in plan.steps)
        self._forms: dict[tuple[Any, ...], Form] = {}
        self._known: dict[tuple[Any, ...], Waves] = {}

    def __call__(self, variables: Sequence[Any], parameters: Sequence[Any]) -> tuple[Any, ...]:
        """One answer per output, of the variables' kind, broadcast shape and dtype; a NumPy scalar for no axes."""
        home = home_of(variables)
        answers = self._arrays(variables, parameters)
        return tuple(a[()] for a in answers) if home is None else tuple(map(home, answers))

    def _arrays(self, variables: Sequence[Any], parameters: Sequence[Any]) -> tuple[Array, ...]:
        arrays = [as_array(v) for v in variables]
        kinds = [a.dtype for a in arrays] or [np.dtype(np.float64)]  # of parameters alone
        dtype = kinds[0] if len(kinds) == 1 else np.result_type(*kinds)
        with np.errstate(all="ignore"):
            alone = len(arrays) == 1 and all(isinstance(p, float) for p in parameters)
            waves = self._of_waves(parameters) if alone and self.waves else None
            if alone and (waves is None or waves.worth(arrays[0].size, dtype.itemsize < 8)):
                return self._one(arrays[0], dtype, tuple(parameters))
            return self._many(arrays, dtype, list(parameters), waves)

    # one variable -------------------------------------------------------------------------------------

    def _one(self, x: Array, dtype: Any, parameters: tuple[float, ...]) -> tuple[Array, ...]:
        outputs = tuple(np.empty(x.shape, dtype) for _ in self.plan.outputs)
        flat = np.ascontiguousarray(x).reshape(-1)
        targets = tuple(o.reshape(-1) for o in outputs)
        doubtful = self._form(parameters, dtype).fill(flat, targets)
        if doubtful.size:
            self._repair(flat, targets, parameters, doubtful)
        return outputs

    def quick(self, parameters: tuple[float, ...]) -> Callable[[Any], Any]:
        """The first output for float64 arrays of one block or few passes, of any shape; None for any other input.

        A thousand elements are evaluated in the time of a dozen NumPy calls, so each check here is one call.
        """
        if self.waves and not self._of_waves(parameters).ready:
            return self._quick_once_proven(parameters)
        with np.errstate(all="ignore"):
            form = self._form(parameters, np.dtype(np.float64))
            if not parameters and form.trust.reach < NEAR:
                form.examine_tails()  # x*tanh(exp(x)) beyond 20, so that one sum of squares is look enough
        fast, count, trusts_all, numbers = form.fast, form.code.fast.buffers, form.trusts_all, form.numbers
        empty, float64 = np.empty, np.dtype(np.float64)
        most = np.inf if form.everywhere and form.code.fast.at_once else BLOCK

        def answer(x: Any) -> Any:
            shape, size = x.shape, x.size
            if x.dtype != float64 or not shape or not 0 < size <= most or not x.flags.c_contiguous:
                return None
            flat = x if len(shape) == 1 else x.reshape(-1)
            if not trusts_all(flat):
                return None
            out = empty(size)
            fast((out,), [empty(size) for _ in range(count)] if count else (), flat, *numbers)
            return out if flat is x else out.reshape(shape)

        return answer if form.everywhere and form.code.fast.silent else quiet(answer)

    def _quick_once_proven(self, parameters: tuple[float, ...]) -> Callable[[Any], Any]:
        """What `quick` gives from then on; None for any input before."""
        ready: Callable[[Any], Any] | None = None

        def answer(x: Any) -> Any:
            nonlocal ready
            if ready is None and self._of_waves(parameters).ready:
                ready = self.quick(parameters)
            return None if ready is None else ready(x)

        return answer

    def _repair(
        self, x: Array, targets: tuple[Array, ...], parameters: tuple[float, ...], doubtful: NDArray[np.intp]
    ) -> None:
        """Elements in doubt, each distinct value once."""
        if self.waves:  # most need no more than a bound of their own
            found = self._many([x[doubtful]], x.dtype, list(parameters), self._of_waves(parameters))
            for target, answer in zip(targets, found, strict=True):
                target[doubtful] = answer
            return
        values, where = np.unique(x[doubtful].astype(np.float64), return_inverse=True)
        answers = self._settled([values, *(np.full(values.shape, p) for p in parameters)])
        for target, answer in zip(targets, answers, strict=True):
            target[doubtful] = answer[where.reshape(-1)].astype(target.dtype)

    def _form(self, parameters: tuple[float, ...], dtype: Any) -> Form:
        single = dtype.itemsize < 8

        def made() -> Form:
            code = self.code.with_simple_numbers(parameters, self.variables)
            proven = self._of_waves(parameters).trusts(single) if self.waves else None
            return Form(code, parameters, single, self._in_pairs, self._exact, proven)

        return _kept(self._forms, (parameters, single), made)

    def _of_waves(self, parameters: Sequence[float]) -> Waves:
        key = tuple(parameters)
        return _kept(self._known, key, lambda: Waves(self.code.with_simple_numbers(key, self.variables), key))

    def _compensated(self, *values: Array) -> list[tuple[Array, Array]]:
        """Each output, and where its bound is narrow enough; in blocks, as it keeps dozens of arrays."""
        shape = values[0].shape
        found = [(np.empty(shape), np.empty(shape, dtype=bool)) for _ in self.plan.outputs]
        for start in range(0, shape[0], to_numpy_pairs.BLOCK):
            part = slice(start, start + to_numpy_pairs.BLOCK)
            for (value, good), (v, error) in zip(found, self.code.compensated(*(x[part] for x in values)), strict=True):
                value[part] = v
                good[part] = (error <= FLOAT64.units * last_place(value[part])) & np.isfinite(v)
        return found

    def _in_pairs(self, *values: Any) -> tuple[Any, ...]:
        return tuple(to_numpy_pairs.evaluate(self.plan, dict(zip(self.plan.inputs, values, strict=True))))

    # several variables, or arrays of parameters ---------------------------------------------------------

    def _many(self, arrays: list[Array], dtype: Any, parameters: list[Any], waves: Waves | None) -> tuple[Array, ...]:
        wide = [a.astype(np.float64) for a in arrays] + [np.asarray(p, dtype=np.float64) for p in parameters]
        wide = [w.reshape(-1) for w in np.broadcast_arrays(*wide)]
        shape = np.broadcast_shapes(*(a.shape for a in arrays), *(np.shape(p) for p in parameters))
        tolerance = FLOAT32 if dtype.itemsize < 8 else FLOAT64
        finite = np.logical_and.reduce([np.isfinite(w) for w in wide])
        answers, good = [], finite
        for k, (value, error) in enumerate(waves.certified(wide[0]) if waves else self.code.certified(*wide)):
            value, error = (np.broadcast_to(part, finite.shape) for part in (value, error))
            enough = tolerance.units * last_place(value) + tolerance.floor
            if waves and tolerance is FLOAT64:
                enough = waves.near_roots(k, wide[0], error, enough)
            answers.append(np.array(value, dtype=np.float64))
            good = good & (error <= enough) & np.isfinite(value)
        doubtful = np.flatnonzero(~good)
        if doubtful.size:
            settled = self._settled([w[doubtful] for w in wide])
            for answer, better in zip(answers, settled, strict=True):
                answer[doubtful] = better
        return tuple(answer.astype(dtype).reshape(shape) for answer in answers)

    def _settled(self, inputs: list[Array]) -> Array:
        """The outputs where float64 is not enough: with the tails of sums, products and quotients, then with 106 bits
        of functions too, and what even these leave open exactly.
        """
        answers = np.empty((len(self.plan.outputs), inputs[0].size))
        open_ = np.ones(inputs[0].shape, dtype=bool)
        finite = np.flatnonzero(np.logical_and.reduce([np.isfinite(i) for i in inputs]))
        for way, few in ((self._compensated, 0), (self._in_pairs, FEW)):  # both, however an array is cut
            if finite.size > few:
                settled = way(*(i[finite] for i in inputs))
                for answer, (value, _) in zip(answers, settled, strict=True):
                    answer[finite] = value
                open_[finite] = ~np.logical_and.reduce([good for _, good in settled])
                finite = finite[open_[finite]]
        still, most = np.flatnonzero(open_), to_exact.work() + MOST_WORK
        for count, i in enumerate(still.tolist()):
            if to_exact.work() > most:
                rest = still[count:]
                plain = self.code.certified(*(each[rest] for each in inputs))
                answers[:, rest] = [np.broadcast_to(value, rest.shape) for value, _ in plain]
                break
            answers[:, i] = self._exact(tuple(float(each[i]) for each in inputs))
        return answers

    def _exact(self, values: tuple[float, ...]) -> tuple[float, ...]:
        if not all(map(np.isfinite, values)):
            return ends.at_infinity(self.plan, self.variables, values)
        return to_exact.evaluate(self.plan, dict(zip(self.plan.inputs, values, strict=True)))


def _kept(cache: dict[Any, Made], key: Any, make: Callable[[], Made]) -> Made:
    """What was made for a key; a parameter being trained takes a new value each step, so that no more are kept."""
    found = cache.get(key)
    if found is None:
        if len(cache) > 256:
            cache.clear()
        found = cache[key] = make()
    return found


def as_array(value: Any, refusal: str = "cannot evaluate at") -> Array:
    """The value as an array of real numbers of at most 64 bits. InputError begins with `refusal`."""
    try:
        array = array_of(value)
    except InputError as reason:
        raise InputError(f"{refusal} {reason}: give {ACCEPTED}.") from None
    if array.dtype.kind == "b" and not array.ndim:
        raise InputError(f"{refusal} {brief(value)}: give {ACCEPTED}.")
    if array.dtype.kind == "c":
        raise InputError(f"{refusal} complex numbers ({array.dtype}): give {ACCEPTED}, real.")
    if array.dtype.kind in "iub" or array.dtype == np.longdouble:
        return array.astype(np.float64)
    if array.dtype.kind == "f" or array.dtype.name == "bfloat16":
        return array
    raise InputError(f"{refusal} {_described(value)}: give {ACCEPTED}.")


def _described(value: Any) -> str:
    kind = type(value).__name__
    dtype = getattr(value, "dtype", None)
    if dtype is not None:
        return f"an array of dtype {dtype}"
    return (
        f"a {kind}, of which float(...) makes a number"
        if hasattr(value, "__float__")
        else f"a {kind} that holds no plain numbers"
    )
