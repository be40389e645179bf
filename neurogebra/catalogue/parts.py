"""The parts of an entry as frozen records: parameters, kinks, examples, claims, equivalents, references.

Every record is immutable, hashable and compares by what was written. A number keeps its text beside its
value, because digits lost on reading can be found by no later check. Formulas are texts here: nothing in this
file knows SymPy, YAML or files.

    Param      a parameter with its default and domain    Kink         a jump or bend, claimed
    Constant   a named exact number                       SpecialCase  equal to another function, claimed
    Example    golden values at one point                 Claim        any other property, claimed
    Reference  where it was published                     Equivalent   the same function in a framework
    Number     a value beside its text                    Source       file and lines
    Noise      a symbol that is drawn by chance
"""

from __future__ import annotations

import re
from typing import Any, Final

from neurogebra.errors import FormulaError
from neurogebra.language.interval import REALS, Interval
from neurogebra.language.numbers import parse_decimal, parse_integer
from neurogebra.record import Record, field

__all__ = [
    "Argument",
    "Claim",
    "Constant",
    "Equivalent",
    "Example",
    "DISTRIBUTIONS",
    "Kink",
    "Noise",
    "Number",
    "Param",
    "Reference",
    "Source",
    "SpecialCase",
]

_NOT_FINITE: Final = {"oo": float("inf"), "-oo": float("-inf"), "nan": float("nan")}


class Number(Record):
    """A number as written, and the float64 nearest to it.

    >>> Number.parse("1/6").value, Number.parse("0.010").text
    (0.16666666666666666, '0.010')
    """

    text: str
    value: float = field(compare=False)  # it follows from the text, and nan would differ from itself

    @classmethod
    def parse(cls, text: str, *, infinite: bool = False) -> Number:
        """Read a decimal or a fraction of whole numbers; oo, -oo and nan only where `infinite`.

        Raises FormulaError with the reason.
        """
        if infinite and text in _NOT_FINITE:
            return cls(text, _NOT_FINITE[text])
        if "/" in text:
            return cls(text, _fraction(text))
        return cls(text, float(parse_decimal(text)))

    @property
    def plain(self) -> int | float:
        """An int where a whole number was written without point or exponent, else the float64."""
        return int(self.text) if re.fullmatch("[+-]?[0-9]+", self.text) else self.value


class Param(Record):
    """A parameter: `domain` refuses values, `typical` is where tests and plots draw them.

    `default` is the float64 nearest to `text`, and that float64 is the truth for every check.
    """

    name: str
    default: float
    text: str
    domain: Interval = REALS
    typical: Interval = REALS
    trainable: bool = False
    meaning: str = ""

    @classmethod
    def of(cls, name: str, default: Number, domain: Interval = REALS, **stated: Any) -> Param:
        """The parameter that a file's values make; all of the domain is typical where nothing is said."""
        return cls(name, default.value, default.text, domain, stated.pop("typical", domain), **stated)


class Constant(Record):
    """A named exact number that is no parameter: `text` has all the digits that were written."""

    name: str
    text: str

    @classmethod
    def of(cls, name: str, number: Number) -> Constant:
        """The constant that a file's number makes."""
        return cls(name, number.text)


#: distribution -> what it is told
DISTRIBUTIONS: Final = {
    "uniform": ("low", "high"),
    "normal": ("mean", "deviation"),
    "bernoulli": ("probability",),
    "gumbel": ("location", "scale"),
}


class Noise(Record, kw_only=True):
    """A symbol of the formula that is drawn by chance, and the formula that stands for it where nothing is drawn.

    What the distribution is told, and `deterministic`, are formula texts in parameters and constants.
    """

    name: str
    distribution: str
    low: str | None = None
    high: str | None = None
    mean: str | None = None
    deviation: str | None = None
    probability: str | None = None
    location: str | None = None
    scale: str | None = None
    deterministic: str

    @classmethod
    def of(cls, name: str, stated: dict[str, Any]) -> Noise:
        """The noise that a file's values make."""
        return cls(name=name, **stated)

    @property
    def told(self) -> dict[str, str | None]:
        """What the distribution is told, in its order; None for what is missing."""
        return {word: getattr(self, word) for word in DISTRIBUTIONS[self.distribution]}

    @property
    def formulas(self) -> dict[str, str]:
        """Every formula text, by field."""
        words = [word for group in DISTRIBUTIONS.values() for word in group]
        found = {word: getattr(self, word) for word in (*words, "deterministic")}
        return {word: text for word, text in found.items() if text is not None}


class Kink(Record):
    """A claim: at `at` the derivative of this order jumps from `left` to `right`; our slope is `gradient`.

    Order 0 is a jump of the function itself. All but the order are formula texts and may use parameters.
    """

    at: str
    order: int
    left: str | None = None
    right: str | None = None
    gradient: str | None = None
    when: str | None = None
    note: str | None = None


class SpecialCase(Record, kw_only=True):
    """A claim: with these parameter values the function equals `equals`, a name or a formula of names."""

    params: tuple[tuple[str, Number], ...] = ()
    equals: str
    when: str | None = None
    note: str | None = None


class Claim(Record):
    """A property to be checked. `value` is a text, a flag, or named texts such as `at` and `value`."""

    name: str
    value: str | bool | tuple[tuple[str, str], ...]
    when: str | None = None
    note: str | None = None


class Example(Record, kw_only=True):
    """Golden values at one point: of the function and of its first three derivatives, as far as written.

    Tuples of numbers belong to vector functions, whose gradient is a tuple of rows; an element-wise one has a single
    number everywhere.
    """

    params: tuple[tuple[str, Number], ...] = ()
    x: Number | tuple[Number, ...]
    value: Number | tuple[Number, ...] | None = None
    gradient: Number | tuple[Any, ...] | None = None
    second: Number | tuple[Number, ...] | None = None
    third: Number | tuple[Number, ...] | None = None
    note: str | None = None


class Argument(Record):
    """A fixed argument of an equivalent; with `is_param` the value names the parameter of ours to pass."""

    name: str
    value: str | bool | Number
    is_param: bool = False

    @classmethod
    def of(cls, name: str, given: tuple[str | bool | Number, bool]) -> Argument:
        """The argument that a file's value makes, given beside whether it is a name."""
        return cls(name, *given)


class Equivalent(Record):
    """The same function in a framework; `variant` says of which variant it is, None of the entry itself.

    `also` are other spellings of it there. What the framework puts for an argument left out stands in
    `defaults` where it is not what we put, and the argument in `required` where it puts nothing. Where its
    results differ that is said too: its slopes at kinks, and by how much its values are off at most.
    """

    framework: str
    function: str
    variant: str | None = None
    also: tuple[str, ...] = ()
    arguments: tuple[Argument, ...] = ()
    defaults: tuple[Argument, ...] = ()
    required: tuple[str, ...] = ()
    slopes: tuple[tuple[str, str], ...] = ()  # where, and what it gives there
    differs_by: Number | None = None
    note: str | None = None

    @classmethod
    def of(cls, key: str, function: str, **stated: Any) -> Equivalent:
        """The equivalent that stands under a file's key, `torch` or `torch@tanh`."""
        framework, _, variant = key.partition("@")
        return cls(framework, function, variant or None, **stated)

    @property
    def key(self) -> str:
        """`torch`, or `torch@tanh` for the variant tanh."""
        return self.framework if self.variant is None else f"{self.framework}@{self.variant}"

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every name it has there, the most usual first."""
        return self.function, *self.also


class Reference(Record):
    """Where the function was published; `unverified` where nobody here has seen the source."""

    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str | None = None
    arxiv: str | None = None
    doi: str | None = None
    url: str | None = None
    note: str | None = None
    unverified: bool = False


class Source(Record):
    """The file an entry came from and the line of each field."""

    path: str
    lines: tuple[tuple[str, int], ...] = ()

    def line(self, name: str) -> int | None:
        """The line of a field such as "params.alpha.default", or of the nearest field that holds it."""
        known = dict(self.lines)
        while name and name not in known:
            name = re.sub(r"(\.?[^.\[]*|\[\d+\])$", "", name, count=1)
        return known.get(name)

    def of_variant(self, name: str) -> Source:
        """The same file, with the variant's own fields in place of the base's."""
        prefix = f"variants.{name}."
        own = [(key.removeprefix(prefix), line) for key, line in self.lines if key.startswith(prefix)]
        hidden = {"variants"} | {_top(key) for key, _ in own}
        return Source(self.path, tuple(own + [pair for pair in self.lines if _top(pair[0]) not in hidden]))


def _fraction(text: str) -> float:
    top, _, bottom = (part.strip() for part in text.partition("/"))
    numerator, denominator = parse_integer(top.removeprefix("-")), parse_integer(bottom)
    if denominator == 0:
        raise FormulaError(f"{text!r} divides by zero.")
    try:
        return (-numerator if top.startswith("-") else numerator) / denominator
    except OverflowError:
        raise FormulaError(f"{text!r} is too large for a float64.") from None


def _top(key: str) -> str:
    return key.partition(".")[0].partition("[")[0]
