"""What entries say of other libraries, held against those libraries: values, slopes at kinks, defaults.

Each library that is installed here is asked at points on both sides of 0, in the tails and at every kink, with
default parameters and others; what is stated to agree must agree, and what is stated to differ must differ, as
stated. A library that is not installed is skipped by its name.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from frameworks import ROWS, Missing, installed

from neurogebra import Expression, MathForge
from neurogebra.catalogue.parts import Argument, Equivalent, Number
from neurogebra.language.parser import parse

GRID = np.concatenate([np.linspace(-9, 9, 73) + 0.0137, [-40.0, -20.5, 20.5, 25.25, 40.0], [0.0]])
ROUND = 64  # parameter values are multiples of 1/64: attributes of some formats are float32

# Each kind of entry: the array it is asked with, and how.
INPUTS = {
    "elementwise": (GRID, {}),
    "stochastic": (GRID, {}),  # in the deterministic form
    "vector": (np.stack([GRID[:76].reshape(4, 19), -GRID[:76].reshape(4, 19) / 3]), {}),
    "gated": (GRID[:76].reshape(2, 38), {"axis": -1}),
}
#: rows that cannot be called as they stand, each with its reason
NOT_CALLED = {
    "SwiGLU": "it takes the two halves as two inputs",
    "torch.nn.PReLU": "a layer that learns the slope, in float32",
    "keras.layers.PReLU": "a layer that learns its slopes from 0, where alpha is 0.25 here",
    "flax.linen.PReLU": "a layer that makes its slope when it is initialised",
    "transformers.models.": "a layer of one model, with its own configuration",
    "transformers.activations.ACT2FN.xielu": "a layer whose parameters are stored as bfloat16",
}
#: functions that refuse to be differentiated
NO_SLOPES = {"torch.heaviside"}


@dataclass(frozen=True)
class Case:
    """One statement: our expression (of the right variant) and one of its equivalents."""

    expression: Expression
    row: Equivalent

    def __str__(self) -> str:
        return f"{self.expression.name} as {self.row.function} ({self.row.key})"

    @property
    def passed_on(self) -> dict[str, str]:
        """Their argument -> our parameter."""
        return {each.name: str(each.value) for each in self.row.arguments if each.is_param}

    def arguments(self, expression: Expression) -> dict[str, object]:
        """All that is stated, with our parameters' values put in."""
        values = expression.params
        return {each.name: values[each.value] if each.is_param else plain(each.value) for each in self.row.arguments}

    def settings(self) -> Iterator[Expression]:
        """Ours with default parameters, and with drawn ones where all of them are passed on."""
        yield self.expression
        params = self.expression.entry.params
        if params and {param.name for param in params} <= set(self.passed_on.values()):
            for k in (0, 1):
                drawn = {p.name: round(p.typical.draws(2)[k] * ROUND) / ROUND for p in params}
                if all(drawn[p.name] in p.domain for p in params):
                    yield self.expression.with_params(**drawn)

    def kinks(self, expression: Expression) -> list[float]:
        """Where ours jumps or bends with these parameters, if that is a float: -3 is none for a slope of 1/6."""
        stated = {(number(k.at, expression), k.gradient) for k in expression.entry.kinks if k.when is None}
        stated |= {(number(k.at, expression), None) for k in expression.entry.kinks if k.when is not None}
        slope = expression.gradient("x")
        return sorted({at for at, own in stated if own is None or slope.eval(x=at) == number(own, expression)})


def plain(value: object) -> object:
    return value.plain if isinstance(value, Number) else value


def number(text: str, expression: Expression) -> float:
    """The value of a formula text of parameters and constants."""
    known = {**expression.params, **{c.name: float(c.text) for c in expression.entry.constants}}
    formula = parse(text)
    return float(formula.xreplace({s: known[s.name] for s in formula.free_symbols}))


@cache
def catalogue() -> MathForge:
    return MathForge()


@cache
def everything() -> list[Case]:
    forge = catalogue()
    entries = [forge.get(name).entry for name in forge.list_all()]
    rows = [(entry, row) for entry in entries if entry.kind in INPUTS for row in entry.equivalents]
    return [Case(forge.get(entry.name, variant=row.variant), row) for entry, row in rows]


def cases(framework: str) -> list[Case]:
    return [case for case in everything() if case.row.framework == framework]


def ours(expression: Expression, x: np.ndarray) -> np.ndarray:
    return expression.eval(x=x, **INPUTS[expression.entry.kind][1])


def points(case: Case, expression: Expression) -> np.ndarray:
    x = INPUTS[expression.entry.kind][0]
    return np.concatenate([x, case.kinks(expression)]) if x.ndim == 1 else x


def gap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Absolute gaps; none where both are nan or the same infinity."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    with np.errstate(invalid="ignore"):
        return np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, np.abs(a - b))


def agree(a: np.ndarray, b: np.ndarray, digits: float) -> bool:
    return bool(np.all(gap(a, b) <= digits * np.maximum(1.0, np.abs(b))))


def ask(framework: str, how: str, name: str, arguments: dict[str, object], x: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what other libraries warn of is theirs
        return getattr(ROWS[framework], how)(name, arguments, x)


def called(case: Case) -> list[str]:
    """The names of a case that can be called."""
    return [name for name in case.row.spellings if not any(name.startswith(part) for part in NOT_CALLED)]


@pytest.fixture(params=ROWS)
def framework(request):
    if not installed(request.param):
        pytest.skip(f"{request.param} is not installed")
    return request.param


Check = Callable[[str, Case, str], Iterator[str]]


def complaints(framework: str, check: Check, stated: Iterable[Case] | None = None) -> list[str]:
    """What a check finds wrong with what is stated of a framework."""
    found = []
    for case in cases(framework) if stated is None else stated:
        for name in called(case):
            try:
                found += [f"{case}, {name}: {text}" for text in check(framework, case, name)]
            except Missing as missing:
                found += [] if framework == "onnx" else [f"{case}: there is no {missing}"]
            except Exception as broken:
                found.append(f"{case}, {name}: {type(broken).__name__}: {broken}"[:300])
    return found


def wrong_values(framework: str, case: Case, name: str) -> Iterator[str]:
    digits = ROWS[framework].digits
    for expression in case.settings():
        x = points(case, expression)
        theirs, mine = ask(framework, "values", name, case.arguments(expression), x), ours(expression, x)
        if case.row.differs_by is None:
            if not agree(theirs, mine, digits):
                worst = np.argmax(gap(theirs, mine))
                yield f"{theirs.flat[worst]} for {mine.flat[worst]} at {x.flat[worst]}, {expression.params}"
        elif expression is case.expression:  # stated of the defaults
            most, stated = float(np.max(gap(theirs, mine))), case.row.differs_by.value
            if not (digits < most or stated < digits) or most > max(stated, digits * 40):
                yield f"differs by {most}, {stated} is stated"


def wrong_slopes(framework: str, case: Case, name: str) -> Iterator[str]:
    if case.expression.entry.kind not in ("elementwise", "stochastic") or name in NO_SLOPES:
        return
    differs_by = case.row.differs_by
    digits = max(ROWS[framework].digits, 1e-8 if differs_by is None else 2 * differs_by.value)
    for expression in case.settings():
        stated = {number(place, expression): number(slope, expression) for place, slope in case.row.slopes}
        slope, kinks = expression.gradient("x"), case.kinks(expression)
        at = np.array([point for point in [*GRID[:-1], *kinks] if point not in stated])
        theirs, mine = ask(framework, "slopes", name, case.arguments(expression), at), slope.eval(x=at)
        if not agree(theirs, mine, digits):
            worst = np.argmax(gap(theirs, mine))
            yield f"slope {theirs[worst]} for {mine[worst]} at {at[worst]}, {expression.params}"
        for place, value in stated.items():
            (given,) = ask(framework, "slopes", name, case.arguments(expression), np.array([place]))
            if place not in kinks or not math.isclose(given, value, rel_tol=1e-6):
                yield f"slope {given} at {place}, {value} is stated"
            if math.isclose(given, slope.eval(x=place), rel_tol=1e-6):
                yield f"slope {given} at {place} is ours, but stated to differ"


def wrong_defaults(framework: str, case: Case, name: str) -> Iterator[str]:
    expression, row, stated = case.expression, case.row, case.arguments(case.expression)
    defaults, x = {each.name: plain(each.value) for each in row.defaults}, points(case, case.expression)
    if row.required:
        try:
            ask(framework, "values", name, {key: stated[key] for key in stated if key not in row.required}, x)
        except Missing:
            raise
        except Exception:  # each library has its own
            return
        yield f"{row.required} are stated to be required, but are not"
        return
    theirs = ask(framework, "values", name, {}, x)
    digits = ROWS[framework].digits if row.differs_by is None else row.differs_by.value
    changed = {case.passed_on[key]: value for key, value in defaults.items() if key in case.passed_on}
    numbers = {key: value for key, value in changed.items() if not isinstance(value, (str, bool))}
    once = len(set(case.passed_on.values())) == len(case.passed_on)
    if once and len(numbers) == len(defaults) and not agree(theirs, ours(expression.with_params(**numbers), x), digits):
        yield f"without arguments it is not ours with {numbers}"
    if defaults and agree(theirs, ours(expression, x), digits):
        yield f"without arguments it is ours, but {defaults} is stated"


def test_values_agree_or_differ_as_stated(framework):
    found = complaints(framework, wrong_values)
    assert not found, "\n".join(found)


def test_slopes_agree_or_differ_as_stated(framework):
    if ROWS[framework].slopes is None:
        pytest.skip(f"{framework} gives no slopes of its own")
    found = complaints(framework, wrong_slopes)
    assert not found, "\n".join(found)


def test_arguments_left_out_are_what_is_stated(framework):
    found = complaints(framework, wrong_defaults)
    assert not found, "\n".join(found)


SLOPE = (Argument("negative_slope", "alpha", True),)
LIES = {
    "another function": (wrong_values, "sine", Equivalent("numpy", "numpy.tanh")),
    "a difference where there is none": (
        wrong_values, "tanh", Equivalent("numpy", "numpy.tanh", differs_by=Number.parse("1e-9"))),
    "a function that is not there": (wrong_values, "sine", Equivalent("numpy", "numpy.sinus")),
    "a required argument left out": (
        wrong_defaults, "heaviside", Equivalent("numpy", "numpy.heaviside", arguments=(Argument("x2", "value", True),))),
    "an argument that is not required": (
        wrong_defaults, "leaky_relu",
        Equivalent("torch", "torch.nn.functional.leaky_relu", arguments=SLOPE, required=("negative_slope",))),
    "a smaller difference": (
        wrong_values, "softplus",
        Equivalent("torch", "torch.nn.functional.softplus", differs_by=Number.parse("1e-10"))),
    "another default": (
        wrong_defaults, "leaky_relu",
        Equivalent("torch", "torch.nn.functional.leaky_relu", arguments=SLOPE,
                   defaults=(Argument("negative_slope", Number.parse("0.2")),))),
    "no word of another default": (
        wrong_defaults, "gelu",
        Equivalent("jax", "jax.nn.gelu", arguments=(Argument("approximate", False),), defaults=())),
    "the slope of others": (
        wrong_slopes, "abs", Equivalent("torch", "torch.abs", slopes=(("0", "1"),))),
    "our slope, stated to differ": (
        wrong_slopes, "abs", Equivalent("torch", "torch.abs", slopes=(("0", "0"),))),
    "no word of another slope": (wrong_slopes, "abs", Equivalent("jax", "jax.numpy.abs")),
    "a slope where there is no kink": (
        wrong_slopes, "abs", Equivalent("torch", "torch.abs", slopes=(("2", "1"),))),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_of_each_kind_is_seen(lie):
    check, name, row = LIES[lie]
    if not installed(row.framework):
        pytest.skip(f"{row.framework} is not installed")
    assert complaints(row.framework, check, [Case(catalogue().get(name), row)])
