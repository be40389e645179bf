"""SymPy to MathML, which browsers typeset by themselves: no script, no font and no network.

Fractions, roots, decimals and the order of terms are those of the text and of the LaTeX, because all three ask
layout.py. Names are letters, digits and _, so nothing needs escaping that is not escaped here. What
has no form of its own is shown as its text, never left out; nothing here knows pages or notebooks.

    >>> import sympy
    >>> x = sympy.Symbol("x", real=True)
    >>> mathml(x / 2)
    '<mfrac><mi>x</mi><mn>2</mn></mfrac>'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction
from html import escape
from itertools import pairwise
from typing import Any, Final

import sympy
from sympy.core.relational import Relational
from sympy.printing.conventions import split_super_sub

from neurogebra.errors import FormulaError
from neurogebra.language.layout import Factor, conditions_of, product_of, sides_of, terms_of
from neurogebra.language.numbers import write_decimal
from neurogebra.language.words import canonical
from neurogebra.language.writer import write

__all__ = ["mathml"]

_SUM, _PRODUCT, _POWER, _ATOM = range(4)  # how tightly a piece holds together
_MINUS: Final = "<mo>&#x2212;</mo>"
_THIN: Final = '<mspace width="0.17em"/>'
_WORD: Final = re.compile("(<msup>|<msub>|<mrow>)*<mi>[A-Za-z]{2,}")
_APPLY: Final = "<mo>&#x2061;</mo>"
_RELATIONS: Final = {"<": "&lt;", ">": "&gt;", "<=": "&#x2264;", ">=": "&#x2265;", "==": "=", "!=": "&#x2260;"}
_NAMES: Final = {
    "Max": "max", "Min": "min", "Phi": "&#x3A6;", "phi": "&#x3C6;", "sech2": "sech&#xB2;",
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arsinh", "acosh": "arcosh", "atanh": "artanh",
}  # fmt: skip
_BRACKETS: Final = {"Abs": ("|", "|"), "floor": ("\u230a", "\u230b"), "ceiling": ("\u2308", "\u2309")}

_Piece = tuple[str, int]


def mathml(expr: Any) -> str:
    """The inside of a `<math>` element for an expression."""
    return _piece(expr)[0]


def _piece(e: Any) -> _Piece:
    for kind, build in _KINDS:
        if isinstance(e, kind):
            return build(e)
    return _function(e)


def _number(e: Any) -> _Piece:
    decimal = write_decimal(Fraction(e.p, e.q))
    sign = _MINUS if e < 0 else ""
    if decimal is None and e.q > 1:
        text = f"<mfrac><mn>{abs(e.p)}</mn><mn>{e.q}</mn></mfrac>"
    else:
        digits, _, power = (decimal or str(e.p)).lstrip("-").partition("e")
        text = f"<mn>{digits}</mn>"
        if power:
            ten = f"<msup><mn>10</mn><mn>{power.replace('-', '&#x2212;')}</mn></msup>"
            text = ten if digits == "1" else f"{text}<mo>&#xB7;</mo>{ten}"
    return (_row(sign + text), _SUM) if sign else (text, _ATOM)


def _symbol(e: Any) -> _Piece:
    name, above, below = split_super_sub(e.name)
    letter = f"<mi>{_letter(name)}</mi>"
    index = ",".join(_letter(part) for part in (*above, *below))
    return (f"<msub>{letter}<mi>{index}</mi></msub>" if index else letter), _ATOM


def _letter(name: str) -> str:
    """The Greek letter of its name; every other name as it is."""
    size = "CAPITAL" if name[:1].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {name.upper()}") if len(name) > 1 else escape(name)
    except KeyError:
        return escape(name)


def _sum(e: Any) -> _Piece:
    text = ""
    for term in terms_of(e):
        part = _piece(term)[0]
        if part.startswith(f"<mrow>{_MINUS}"):  # its sign becomes the one between two terms
            text += part.removeprefix("<mrow>").removesuffix("</mrow>")
        else:
            text += f"<mo>+</mo>{part}" if text else part
    return _row(text), _SUM


def _product(e: Any) -> _Piece:
    product = product_of(e)
    over, under = _factors(product.over) or "<mn>1</mn>", _factors(product.under)
    text, level = over, _PRODUCT if len(product.over) > 1 else _POWER
    if under:
        text, level = f"<mfrac>{_one(over)}{_one(under)}</mfrac>", _PRODUCT
    elif len(product.over) == 1:
        text, level = _factor(product.over[0])
    return (_row(f"{_MINUS}{text}"), _SUM) if product.negative else (text, level)


def _factors(factors: tuple[Factor, ...]) -> str:
    if len(factors) == 1:
        return _factor(factors[0])[0]
    texts = [_held(_factor(factor), _PRODUCT) for factor in factors]
    joined = texts[0] if texts else ""
    for before, text in pairwise(texts):
        apart = _THIN if _WORD.match(text) or _WORD.match(before) else ""  # "scale x", not "scalex"
        joined += ("<mo>&#xB7;</mo>" if text.startswith("<mn>") else f"<mo>&#x2062;</mo>{apart}") + text
    return joined


def _factor(factor: Factor) -> _Piece:
    base, exponent = factor
    if exponent == 1:
        return _piece(base)
    if exponent == sympy.S.Half:
        return f"<msqrt>{mathml(base)}</msqrt>", _ATOM
    return f"<msup>{_one(_held(_piece(base), _ATOM))}{_one(mathml(exponent))}</msup>", _POWER


def _exponential(e: Any) -> _Piece:
    return f"<msup><mi>e</mi>{_one(mathml(e.args[0]))}</msup>", _POWER


def _choice(e: Any) -> _Piece:
    rows = ""
    for value, condition in e.args:
        always = condition == sympy.true
        when = "<mtext>otherwise</mtext>" if always else f"<mtext>if&#xA0;</mtext>{mathml(condition)}"
        rows += f"<mtr><mtd>{mathml(value)}</mtd><mtd>{when}</mtd></mtr>"
    return _row(f'<mo fence="true">{{</mo><mtable class="ng-cases">{rows}</mtable>'), _ATOM


def _relation(e: Any) -> _Piece:
    left, sign, right = sides_of(e)
    return _row(f"{mathml(left)}<mo>{_RELATIONS[sign]}</mo>{mathml(right)}"), _SUM


def _joined(e: Any) -> _Piece:
    sign = "&#x2227;" if isinstance(e, sympy.And) else "&#x2228;"
    return _row(f"<mo>{sign}</mo>".join(_held(_piece(part), _PRODUCT) for part in conditions_of(e))), _SUM


def _function(e: Any) -> _Piece:
    word = canonical(e.func) if e.args else None
    if word is None:  # a reduction over a vector, or whatever the language learns next
        try:
            return f"<mtext>{escape(write(e))}</mtext>", _ATOM
        except FormulaError:
            return f"<mtext>{escape(str(e))}</mtext>", _ATOM
    arguments = list(getattr(e, "shown", e.args))  # a function of a whole vector has parts that nobody writes
    if word in ("Max", "Min"):
        arguments.sort(key=sympy.default_sort_key)  # SymPy keeps them in a set
    inside = "<mo>,</mo>".join(map(mathml, arguments))
    if word in _BRACKETS:
        opening, closing = _BRACKETS[word]
        return _row(f'<mo fence="true">{opening}</mo>{inside}<mo fence="true">{closing}</mo>'), _ATOM
    name = _NAMES.get(word, word.replace("_", "&#xA0;"))
    return _row(f"<mi>{name}</mi>{_APPLY}{_bracketed(inside)}"), _ATOM


def _held(piece: _Piece, needed: int) -> str:
    return piece[0] if piece[1] >= needed else _bracketed(piece[0])


def _bracketed(inside: str) -> str:
    return _row(f"<mo>(</mo>{inside}<mo>)</mo>")


def _one(text: str) -> str:
    """As a single element, which fractions and powers need."""
    return text if re.fullmatch("<m[in]>[^<]*</m[in]>", text) else _row(text)


def _row(text: str) -> str:
    return f"<mrow>{text}</mrow>"


#: what a node is, and how it is set; the first that fits
_KINDS: Final[tuple[tuple[type, Callable[[Any], _Piece]], ...]] = (
    (sympy.Rational, _number),
    (sympy.Symbol, _symbol),
    (type(sympy.pi), lambda e: ("<mi>&#x3C0;</mi>", _ATOM)),
    (type(sympy.E), lambda e: ("<mi>e</mi>", _ATOM)),
    (sympy.exp, _exponential),
    (sympy.Add, _sum),
    (sympy.Mul, _product),
    (sympy.Pow, _product),
    (sympy.Piecewise, _choice),
    (sympy.And, _joined),
    (sympy.Or, _joined),
    (sympy.Not, lambda e: (_row(f"<mo>&#xAC;</mo>{_bracketed(mathml(e.args[0]))}"), _SUM)),
    (Relational, _relation),
)
