"""What an entry states about its formula, for the present values of its parameters: `expression.properties`.

A read-only mapping from the names that the entry states to Python values: numbers, words, flags, intervals, and
small dicts of these. Nothing is proven here, because it was proven when the entry was tested; so it works without
python-flint, and without SymPy wherever plain numbers and words are stated. A claim limited by `when` counts only
where the present values fulfil it. It stands beside Expression, and asks it only for numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from neurogebra.catalogue.parts import Claim, Number
from neurogebra.errors import FormulaError, UnknownProperty, UsageError, brief, did_you_mean
from neurogebra.language.interval import Interval
from neurogebra.language.region import Region, region_of, spans

if TYPE_CHECKING:
    from neurogebra.expression import Expression

__all__ = ["Properties", "check_property_name", "matches"]

#: properties whose value is a set of numbers, and those that are lines or other formulas in x
SETS: Final = frozenset({"range", "gradient_range", "zeros", "fixed_points", "convex_on", "inflections", "dead_region"})
LINES: Final = frozenset({"asymptotes"})
#: properties whose value is a word, even one that may be a parameter's name elsewhere
WORDED: Final = frozenset({"linear_in", "shift", "order"})
#: values that are words; every other text is a formula
WORDS: Final = frozenset("none both below above left right even odd increasing decreasing concave".split())
#: sides of conditions that are read without SymPy, whose import takes half a second: sums of products, 2*a + b
_FACTOR: Final = r"-?(?:[A-Za-z]\w*|[\d.]+(?:[eE][-+]?\d+)?)"
_TERM: Final = rf"{_FACTOR}(?:\*{_FACTOR})*"
_SIDE: Final = rf"({_TERM}(?: \+ {_TERM})*)"
_COMPARISON: Final = re.compile(rf"{_SIDE} *(<=|>=|<|>) *{_SIDE}")
_EQUATION: Final = re.compile(rf"(Eq|Ne)\({_SIDE}, *{_SIDE}\)")


class Properties(Mapping[str, Any]):
    """The properties of one expression.

    >>> relu = forge.get("relu").properties
    >>> str(relu["range"]), relu["monotone"], relu["lipschitz"]
    ('[0, oo)', 'increasing', 1)
    >>> forge.get("elu", params={"alpha": 0.5}).properties["limits"]
    {'-oo': -0.5, 'oo': inf}
    >>> forge.get("elu").properties.text("range"), forge.get("elu").properties.latex("range")
    ('(-alpha, oo)', '\\\\left(- \\\\alpha, \\\\infty\\\\right)')

    Numbers are int where the entry writes a whole number, else float; oo is math.inf. A set is an Interval, or a
    Region where it has points or several parts. Raises UnknownProperty for a name that is no property; a property
    that the entry does not state for these parameter values raises it too, and `.get(name)` gives None.
    """

    def __init__(self, expression: Expression) -> None:
        self._expression = expression
        self._stated = expression.entry.properties if expression.entry is not None else ()
        self._claims: dict[str, Claim | None] = {}  # what was looked up: a condition is read when it is asked for

    def __getitem__(self, name: str) -> Any:
        claim = self._claim(name)
        if name in SETS:
            return region_of(str(claim.value), self._real)
        if isinstance(claim.value, bool):
            return claim.value
        if isinstance(claim.value, tuple):
            return {key: self._part(name, text) for key, text in claim.value}
        return self._part(name, claim.value)

    def get(self, name: Any, default: Any = None) -> Any:
        """The value, or `default` where none is stated, without the conditions of all that is: an error names those."""
        return default if not isinstance(name, str) or self._found(name) is None else self[name]

    def __iter__(self) -> Iterator[str]:
        names = dict.fromkeys(claim.name for claim in self._stated)
        return iter([name for name in names if self._found(name) is not None])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __repr__(self) -> str:
        """One property a line; what has no one value for these parameters, as the entry writes it."""
        lines = [f"{name}: {self._said(name)}" for name in self]
        return "\n".join(lines) or "(no properties are stated)"

    def _said(self, name: str) -> str:
        try:
            return shown(self[name])
        except (UsageError, FormulaError):  # an array of parameter values, or ends beyond the largest floats
            return self.text(name)

    def text(self, name: str) -> str:
        """A property as the entry writes it, parameters by name."""
        value = self._claim(name).value
        if isinstance(value, bool):
            return "true" if value else "false"
        return ", ".join(f"{key}: {text}" for key, text in value) if isinstance(value, tuple) else value

    def latex(self, name: str) -> str:
        """A property in LaTeX, parameters by name."""
        value = self._claim(name).value
        if name in SETS:
            return set_latex(str(value))
        if isinstance(value, bool):
            return f"\\text{{{'true' if value else 'false'}}}"
        if isinstance(value, tuple):
            return ",\\; ".join(f"{key_latex(key)}{part_latex(text)}" for key, text in value)
        return f"\\text{{{value}}}" if name in WORDED else part_latex(value)

    def note(self, name: str) -> str | None:
        """What the entry remarks about a property."""
        return self._claim(name).note

    # Inside -----------------------------------------------------------------------------------------------

    def _found(self, name: str) -> Claim | None:
        if name not in self._claims:
            own = (claim for claim in self._stated if claim.name == name)
            self._claims[name] = next((claim for claim in own if self._holds(claim.when)), None)
        return self._claims[name]

    def _claim(self, name: Any) -> Claim:
        claim = self._found(name) if isinstance(name, str) else None
        if claim is None:
            check_property_name(name)
            raise UnknownProperty(
                f"{self._expression.name} states no {name}; it states {', '.join(self) or 'nothing'}."
            )
        return claim

    def _part(self, name: str, text: str) -> Any:
        """A number where the text is one, else the text itself: a word, or a line in x."""
        if name in LINES or name in WORDED or text in WORDS:
            return None if text == "none" and name in ("limits", "asymptotes") else text
        if text.startswith("["):
            return tuple(self._number(each.strip()) for each in text[1:-1].split(","))
        if name in ("minimum", "maximum") and text.startswith("{"):
            return region_of(text, self._real)
        return self._number(text)

    def _real(self, text: str) -> float:
        return float(self._number(text))

    def _number(self, text: str) -> int | float:
        """The value of a formula in parameters and constants."""
        try:
            return Number.parse(text, infinite=True).plain
        except FormulaError:
            pass
        params = self._expression.params
        value = params.get(text.lstrip("-"))
        if isinstance(value, float):
            return -value if text.startswith("-") else value
        return self._evaluated(text)

    def _sum(self, text: str) -> float:
        """The value of one side of a plain condition."""
        return sum(math.prod(map(self._number, term.split("*"))) for term in text.split(" + "))

    def _evaluated(self, text: str) -> float:
        from neurogebra.expression import Expression

        symbols = {**self._constants(), **self._expression.params}
        used = {name: value for name, value in symbols.items() if re.search(rf"\b{name}\b", text)}
        for name, value in used.items():
            if not isinstance(value, float):
                raise UsageError(f"{text} is a number for each value of {name}, which is an array; ask with one value.")
        formula = Expression("property", text, params=used)
        strangers = sorted({symbol.name for symbol in formula.readable.free_symbols} - used.keys())
        if strangers:
            raise FormulaError(f"{text}: {strangers[0]!r} is neither a parameter nor a constant.")
        return float(formula.eval())

    def _constants(self) -> dict[str, float]:
        entry = self._expression.entry
        return {} if entry is None else {c.name: float(c.text) for c in entry.constants}

    def _holds(self, condition: str | None) -> bool:
        """Whether the present values fulfil a `when`; the plain ones are read without SymPy."""
        if condition is None:
            return True
        try:
            return self._fulfils(condition)
        except UsageError:  # an array of parameter values, some of which may and some may not
            return False

    def _fulfils(self, condition: str) -> bool:
        if " & " in condition and "|" not in condition:
            return all(
                self._fulfils(part.strip("() ") if part.strip()[0] == "(" else part) for part in condition.split("&")
            )
        sides = _COMPARISON.fullmatch(condition.strip()) or _EQUATION.fullmatch(condition.strip())
        if sides is not None:
            a, sign, b = sides.groups() if sides.re is _COMPARISON else (sides[2], sides[1], sides[3])
            left, right = self._sum(a), self._sum(b)
            return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right,
                    "Eq": left == right, "Ne": left != right}[sign]  # fmt: skip
        return self._evaluated(f"Piecewise((1, {condition}), (0, True))") == 1


def check_property_name(name: object) -> None:
    """Refuse what is no property, with the nearest that is."""
    from neurogebra.catalogue.properties import CLAIMS  # reads YAML: whoever lists names need not load it

    if not isinstance(name, str) or name not in CLAIMS:
        near = did_you_mean(name, CLAIMS)
        raise UnknownProperty(f"no property called {brief(name)}.{near} The properties are: {', '.join(CLAIMS)}.")


def matches(stated: Any, wanted: Any) -> bool:
    """Whether a stated value is the wanted one.

    Numbers and SymPy's oo compare by value, intervals also as text; True asks for anything but False, and a
    function of the value may decide.
    """
    if callable(wanted):
        return bool(wanted(stated))
    if isinstance(wanted, bool):
        return (stated is not False) == wanted
    if isinstance(stated, bool):
        return False
    if isinstance(stated, (Interval, Region)):
        return stated == wanted or str(stated) == str(wanted)
    if isinstance(stated, (int, float)) and not isinstance(wanted, (str, dict)):
        try:
            return bool(stated == float(wanted))
        except (TypeError, ValueError, OverflowError):  # no number, or none that a float64 holds
            return False
    if isinstance(wanted, str) and wanted in ("oo", "-oo"):
        return bool(stated == (math.inf if wanted == "oo" else -math.inf))
    return bool(stated == wanted)


def shown(value: Any) -> str:
    """A value for people."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {shown(each)}" for key, each in value.items())
    if isinstance(value, tuple):
        return f"({', '.join(map(shown, value))})"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "none"}[value]
    if isinstance(value, float) and math.isinf(value):
        return "oo" if value > 0 else "-oo"
    return str(value)


# LaTeX ------------------------------------------------------------------------------------------------------


def set_latex(text: str) -> str:
    """A set: parts joined by a cup."""
    parts: list[str] = []
    points: list[str] = []
    for low, high, low_in, high_in in spans(text):
        if low == high and low_in:
            points.append(part_latex(low))
            continue
        parts += [f"\\left\\{{{', '.join(points)}\\right\\}}"] if points else []
        points = []
        ends = f"{part_latex(low)}, {part_latex(high)}"
        parts.append(f"\\left{'[' if low_in else '('}{ends}\\right{']' if high_in else ')'}")
    if points or not parts:
        parts.append(f"\\left\\{{{', '.join(points)}\\right\\}}")
    return " \\cup ".join(parts)


def part_latex(text: str) -> str:
    """A formula, a number or a word."""
    infinities = {"oo": "\\infty", "-oo": "-\\infty"}
    if text in infinities:
        return infinities[text]
    if text in WORDS:
        return f"\\text{{{text}}}"
    if text.startswith("["):
        return "\\left(" + ", ".join(part_latex(each.strip()) for each in text[1:-1].split(",")) + "\\right)"
    from neurogebra.language.parser import parse
    from neurogebra.language.typeset import latex

    return latex(parse(text))


def key_latex(key: str) -> str:
    return {"-oo": "x \\to -\\infty: ", "oo": "x \\to \\infty: "}.get(key, f"\\text{{{key}: }}")
