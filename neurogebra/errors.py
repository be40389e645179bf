"""Every error this package raises on purpose, and the one sentence that offers the nearest name.

Each class is also the builtin that people already catch (KeyError, ValueError, TypeError), and keeps the
facts it was raised with as attributes. Messages say what was asked, why not, where, and what to type next.
This module imports nothing of ours and nothing heavy, so that every part of the package can raise from it.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "NeurogebraError",
    "FormulaError",
    "EntryError",
    "UnknownExpression",
    "UnknownCategory",
    "UnknownTag",
    "UnknownVariant",
    "UnknownParameter",
    "UnknownVariable",
    "UnknownProperty",
    "MissingVariable",
    "MissingExtra",
    "ParameterOutOfDomain",
    "NameTaken",
    "InputError",
    "UsageError",
    "Unwritable",
    "AxisOutOfRange",
    "OrderError",
    "brief",
    "did_you_mean",
    "folded",
    "in_latin",
]


class NeurogebraError(Exception):
    """The root of the tree: `except NeurogebraError` catches every refusal of this package."""

    def __str__(self) -> str:  # KeyError would print repr(message)
        return str(self.args[0]) if self.args else ""


class FormulaError(NeurogebraError, ValueError):
    """A formula was refused. `formula` is the text, `column` counts from 1 (None: the whole text)."""

    def __init__(self, reason: str, formula: str | None = None, column: int | None = None) -> None:
        self.reason, self.formula, self.column = reason, formula, column
        super().__init__(self._message())

    def _message(self) -> str:
        if self.formula is None or self.column is None:
            return self.reason
        return f"column {self.column}: {self.reason}\n{_under(self.formula, self.column)}"

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.reason, self.formula, self.column)


class EntryError(NeurogebraError, ValueError):
    """A catalogue file was refused. `path`, `line` and `field` say where."""

    def __init__(self, reason: str, path: str | None = None, line: int | None = None, field: str | None = None) -> None:
        self.reason, self.path, self.line, self.field = reason, path, line, field
        place = "" if path is None else f"{path}:{line}: " if line is not None else f"{path}: "
        super().__init__(f"{place}{field}: {reason}" if field else f"{place}{reason}")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.reason, self.path, self.line, self.field)


class UnknownExpression(NeurogebraError, KeyError):
    """No entry, alias or registered expression has this name."""


class UnknownCategory(NeurogebraError, KeyError):
    """No entry has this category."""


class UnknownTag(NeurogebraError, KeyError):
    """No entry has this tag."""


class UnknownVariant(NeurogebraError, ValueError):
    """The entry has no variant of this name."""


class UnknownParameter(NeurogebraError, KeyError):
    """The expression has no parameter of this name."""


class UnknownVariable(NeurogebraError, KeyError):
    """The expression has no variable of this name."""


class UnknownProperty(NeurogebraError, KeyError):
    """No claim of this name exists."""


class MissingVariable(NeurogebraError, TypeError):
    """`eval` was not given a value for every variable."""


class MissingExtra(NeurogebraError, ImportError):
    """An optional dependency is needed; the message names it, its extra, and what to type."""


class ParameterOutOfDomain(NeurogebraError, ValueError):
    """A parameter value lies outside the domain its entry declares."""


class NameTaken(NeurogebraError, ValueError):
    """The name or alias already belongs to something else."""


class InputError(NeurogebraError, TypeError):
    """A value of a kind that cannot be evaluated: text, None, ragged lists, objects, complex numbers."""


class UsageError(NeurogebraError, ValueError):
    """An argument that names no choice on offer, or a combination that has no meaning."""


class Unwritable(UsageError, OSError):
    """A file cannot be written where it was asked for; a UsageError and an OSError."""


class AxisOutOfRange(NeurogebraError, ValueError, IndexError):
    """An axis that the array does not have; a ValueError and an IndexError, as NumPy's AxisError is."""


class OrderError(NeurogebraError, RuntimeError):
    """A step was asked for before the one it needs: `backward` before `forward`."""


_LONGEST_WORD = 100
"""No name is longer, and a word of a million letters would be compared for 80 ms."""


def brief(value: object) -> str:
    """What was given, in quotes where it is text, cut where it would fill a screen.

    >>> brief("gelu"), brief("g" * 1000)
    ("'gelu'", "'gggggggggggggggggggggggggggggggggggggggggggggggggg...'")
    """
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else f"{value[:50]}...")
    try:
        text = repr(value)
    except Exception:  # whatever a stranger's __repr__ does, and a whole number of more than 4,300 digits
        text = f"a value of type {type(value).__name__} that cannot be printed"
    return text if len(text) <= 200 else f"{text[:190]}..."


def folded(name: str) -> str:
    """A name as people write it elsewhere, without what differs: case, underscores and what stands before a dot.

    >>> folded("nn.LeakyReLU"), folded("leaky_relu"), folded("NNlib.hard\\u03c3")
    ('leakyrelu', 'leakyrelu', 'hardsigmoid')
    """
    return in_latin(name.casefold()).replace("_", "").rpartition(".")[2]


def in_latin(name: str) -> str:
    """A name in small letters, with the Greek of Julia's NNlib and of papers as words: a small sigma is the sigmoid."""
    return name.replace("\u03c3", "sigmoid").replace("\u03b2", "beta")


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """` Did you mean 'gelu'?` with its leading space; an empty string where nothing is near or `word` is no text.

    >>> did_you_mean("geluu", ["relu", "gelu"])
    " Did you mean 'gelu'?"
    """
    import difflib  # only a mistake pays for it

    if not isinstance(word, str) or len(word) > _LONGEST_WORD:
        return ""
    names = list(known)
    plain = {folded(name): name for name in reversed(names)}  # names come before aliases
    key = folded(word)
    near = [plain[key]] if key in plain else difflib.get_close_matches(word, names, 1, 0.6)
    return f" Did you mean {near[0]!r}?" if near else ""


def _under(text: str, column: int) -> str:
    """The part of `text` around `column`, and a caret below it."""
    start, text = max(0, column - 40), text.replace("\n", " ")
    return f"    {text[start : start + 72]}\n    {' ' * (column - 1 - start)}^"
