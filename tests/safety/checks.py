"""What must hold of every formula and every file, whoever wrote it; each check raises AssertionError with a find.

A formula or a file is either refused by a NeurogebraError or does all that it promises: is written and read back
equal, has the value that mpmath finds, is differentiated, shown and saved. Nothing here draws anything.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import mpmath
import numpy as np
from mpmath import mpf

from neurogebra import Expression, MathForge
from neurogebra.catalogue.schema import read_entry_text
from neurogebra.errors import FormulaError, NeurogebraError
from neurogebra.language.parser import parse
from neurogebra.language.typeset import latex
from neurogebra.language.unseen import first_unseen
from neurogebra.language.writer import write

from .formulas import Drawn, NoValue, Point, value

EPS = 2.0**-52
CLOSE = 16 * EPS  # twice the bar of 8 units in the last place, which a value may straddle
NEAR_ROOT = 1e-12  # near a root of the formula, the error that is allowed beside it
STEP = mpf(10) ** -20


def check_text(text: str) -> bool:
    """Whether `text` is a formula; one that is reads back equal."""
    try:
        formula = parse(text)
    except FormulaError as refused:
        assert len(str(refused)) < 700, "the refusal echoes too much"
        assert all(c.isprintable() or c == "\n" for c in str(refused)), "the refusal is not fit for a screen"
        return False
    written = write(formula)
    assert parse(written) == formula, f"written as {written}"
    assert latex(formula)
    return True


def check_formula(drawn: Drawn, points: Sequence[Point]) -> bool:
    """Whether what was drawn is accepted; then it has the value and the slope that its meaning has."""
    if not check_text(drawn.text):
        return False
    try:
        expression = Expression("drawn", drawn.text)
        wrong = _differences(expression, drawn, points)
    except NeurogebraError:
        return False
    assert not wrong, wrong[0]
    return True


def _differences(expression: Expression, drawn: Drawn, points: Sequence[Point]) -> list[str]:
    found = []
    names = expression.variables
    slope = expression.gradient("x") if "x" in names else None
    assert slope is None or parse(str(slope)) is not None
    for point in points:
        inputs = {name: point[name] for name in names}
        try:
            true = value(drawn, point)
        except NoValue:
            continue
        for how in (inputs, {name: np.array([number]) for name, number in inputs.items()}):
            got = float(np.reshape(expression.eval(**how), ()) if names else expression.eval(**how))
            if not abs(mpf(got) - true) <= CLOSE * abs(true) + NEAR_ROOT:
                found.append(f"at {how}: {got!r}, and not {mpmath.nstr(true, 20)}")
        if slope is not None:
            found += _slope_differences(slope, drawn, point, inputs)
    return found


def _slope_differences(slope: Expression, drawn: Drawn, point: Point, inputs: dict[str, float]) -> list[str]:
    """Nothing where the two one-sided slopes differ: that is a corner, and other tests are about those."""
    try:
        with mpmath.workdps(60):
            here, left, right = (value(drawn, {**point, "x": point["x"] + k * STEP}, 70) for k in (0, -1, 1))
            before, after = (here - left) / STEP, (right - here) / STEP
    except NoValue:
        return []
    if not abs(before - after) <= 1e-12 * (1 + abs(after)) or abs(after) > 1e60:
        return []
    got = float(slope.eval(**inputs))
    if abs(mpf(got) - after) <= 1e-9 * (1 + abs(after)):
        return []
    return [f"slope at {inputs}: {got!r}, and not {mpmath.nstr(after, 20)}"]


def check_file(content: bytes, path: Path) -> bool:
    """Whether the bytes are an entry, once they stand in `path`; one that is can be shown, used and saved."""
    path.write_bytes(content)
    forge = MathForge()
    try:
        names = forge.load(path, replace=True)
    except NeurogebraError as refused:
        assert len(str(refused)) < 1500, "the refusal echoes too much"
        assert first_unseen(str(refused)) is None, "the refusal is not fit for a screen"
        assert not forge._stock.shelf.things, "a refused file left something behind"
        return False
    for name in names:
        expression = forge.get(name)
        _shown(expression)
        _used(expression)
        entry = expression.entry
        assert entry is not None
        assert read_entry_text(expression.to_yaml(), "again") == entry, "it is saved as something else"
    return True


def _shown(expression: Expression) -> None:
    faces = [repr(expression), str(expression), expression.formula, repr(expression.metadata)]
    for level in ("beginner", "intermediate", "advanced"):
        try:
            faces.append(expression.explain(level))
        except FormulaError:  # a derivative that is too long
            continue
    for face in faces:
        assert first_unseen(face) is None, f"not fit for a screen: {face!r}"


def _used(expression: Expression) -> None:
    doubles = getattr(expression, "shape", "same") == "concat"  # one element becomes two
    try:
        for form in (expression, expression.gradient("x")):
            for x in (-1.5, 0, 0.5, 1e9, math.inf):
                value = form.eval(x=x)
                assert isinstance(value, np.ndarray if doubles else (int, float)), f"no number at {x}"
    except NeurogebraError:
        return
