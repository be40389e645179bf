"""Formula text to the text that Python's parser may see, and from its columns back to the typed ones.

Only letters, digits and signs of the vocabulary pass, so that no string, comment, attribute or look-alike
letter ever reaches Python's parser, and each refusal names the sign, its column and the spelling to use.
Numbers are read here, exactly, and `^` becomes `**`, which gives it power's precedence; what the words mean
is not known here.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from types import MappingProxyType
from typing import Final, NamedTuple

from neurogebra.errors import FormulaError, brief
from neurogebra.language.bounds import FORMULA_CHARACTERS, NAME_CHARACTERS
from neurogebra.language.numbers import parse_decimal, parse_integer

__all__ = ["Lexed", "check_name", "check_spelling", "lex"]

_SIGNS: Final = frozenset(["+", "-", "*", "/", "**", "^", "(", ")", ",", "<", "<=", ">", ">=", "&", "|", "~"])

_BEGIN: Final = frozenset(["+", "-", "~", "("])  # signs that a value can begin with

# Signs of Python and of other notations -> why not, and what to write.
_REFUSED: Final = MappingProxyType(
    {
        "==": "'==' compares; a condition says Eq(a, b).",
        "!=": "'!=' compares; a condition says Ne(a, b).",
        "<>": "'<>' compares; a condition says Ne(a, b).",
        "=>": "'=>' is no comparison; write >=.",
        "=<": "'=<' is no comparison; write <=.",
        "//": "'//' is no operator here; write floor(a/b).",
        "%": "'%' is no operator here; write a - b*floor(a/b).",
        "@": "'@' is no operator here; formulas are about numbers, not matrices.",
        "<<": "'<<' is no operator here; write a*2**b.",
        ">>": "'>>' is no operator here; write floor(a/2**b).",
        "&&": "'&&' is written &, between conditions in parentheses.",
        "||": "'||' is written |, between conditions in parentheses; for an absolute value write Abs(x).",
        "!": "'!' is no operator here; for 'not' write Not(condition).",
        ":=": "':=' gives no names here; write the part out.",
        "=": "'=' gives no names here; write only what stands to the right of it, or Eq(a, b) to compare.",
        ":": "':' has no meaning here; for a choice write where(condition, a, b).",
        "?": "'?' has no meaning here; for a choice write where(condition, a, b).",
        ";": "';' has no meaning here; one formula is one value.",
        "[": "subscripts and lists are not part of formulas; write (a + b)*c with round brackets.",
        "]": "subscripts and lists are not part of formulas; write (a + b)*c with round brackets.",
        "{": "braces are not part of formulas; write (a + b)*c with round brackets.",
        "}": "braces are not part of formulas; write (a + b)*c with round brackets.",
        ".": "names have no dots here; write exp(x), not np.exp(x) or x.exp().",
        "'": "quoted text is not part of formulas; write names as they are.",
        '"': "quoted text is not part of formulas; write names as they are.",
        "\\": "a formula is not LaTeX; write alpha for \\alpha and a/b for \\frac.",
        "#": "comments are not part of formulas.",
        "\n": "a formula stands on one line.",
    }
)

# Signs with nothing before them that they could work on.
_ALONE: Final = MappingProxyType(
    {
        "*": "a value is missing before '*'; arguments are written one by one, without * before them.",
        "**": "a value is missing before '**'; arguments are written one by one, without ** before them.",
        "|": "a condition is missing before '|'; for an absolute value write Abs(x).",
    }
)

_KEYWORDS: Final = MappingProxyType(
    {
        "lambda": "'lambda' is a word of Python and cannot be a name; spell it lamda.",
        "if": "'a if c else b' is written where(c, a, b).",
        "else": "'a if c else b' is written where(c, a, b).",
        "and": "'and' is written &, between conditions in parentheses: (x > 0) & (x < 6).",
        "or": "'or' is written |, between conditions in parentheses: (x < 0) | (x > 6).",
        "not": "'not' is written Not(condition).",
        "is": "'is' is no comparison here; write Eq(a, b).",
        "in": "'in' is no comparison here; write 0 < x < 6.",
        "for": "comprehensions are not part of formulas; write the parts out.",
        "False": "False is no value here; leave that part out, or write 0.",
        "None": "None is no number; write 0 or leave that part out.",
    }
)

_LETTERS: Final = MappingProxyType(
    dict.fromkeys("\u00d7\u00b7\u22c5\u2217", "*")  # times, dots, asterisk operator
    | dict.fromkeys("\u2212\u2013\u2014", "-")  # minus, dashes
    | {"\u00f7": "/", "\u2215": "/", "\u00b2": "**2", "\u00b3": "**3", "\u221a": "sqrt(x)"}
    | {"\u2264": "<=", "\u2265": ">=", "\u2260": "Ne(a, b)", "\u2227": "&", "\u2228": "|", "\t": "a blank"}
)

_TOKEN: Final = re.compile(
    r"(?P<space> +)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>\*\*|//|<=|>=|==|!=|<>|=>|=<|<<|>>|&&|\|\||:=|.|\n)"
)
_SPELLING: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class Lexed(NamedTuple):
    """What Python's parser may see, the typed column of each of its characters, and the numbers in it."""

    python: str
    columns: tuple[int, ...]
    numbers: MappingProxyType[int, Fraction]  # offset in `python` -> exact value


def lex(text: str, *, keywords: bool = False) -> Lexed:
    """Check every character and token of `text`; FormulaError names the first that is no part of formulas.

    `keywords`: whether a single `=` may pass inside brackets, for `leaky_relu(x, alpha=0.1)`.
    """
    if len(text) > FORMULA_CHARACTERS:
        raise FormulaError(f"a formula has at most {FORMULA_CHARACTERS:,} characters, not {len(text):,}.")
    check_characters(text)
    python, columns = "", list[int]()
    numbers: dict[int, Fraction] = {}
    for kind, token, column in _tokens(text, keywords):
        if kind == "number":
            numbers[len(python)] = _number(token, text, column)
        if kind == "space" and not python:
            continue  # Python calls leading blanks an unexpected indent
        python += "**" if token == "^" else token
        columns += (column, column) if token == "^" else range(column, column + len(token))
    if not python:
        raise FormulaError("the formula is empty.")
    return Lexed(python, (*columns, len(text) + 1), MappingProxyType(numbers))


def check_characters(text: str) -> None:
    """Refuse whatever is not printable ASCII, by its code point: look-alikes, accents, controls."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return
    for column, character in enumerate(text, 1):
        if not (character.isascii() and character.isprintable()) and character != "\n":
            visible = "".join(c if c.isprintable() else "?" for c in text)
            raise FormulaError(_unusual(character), visible, column)


def check_spelling(name: str, column: int | None = None, text: str | None = None) -> None:
    """Refuse a symbol's name that is no `[A-Za-z][A-Za-z0-9_]*`, too long, or a word of Python."""
    check_characters(name)
    if not _SPELLING.fullmatch(name):
        raise FormulaError(f"{brief(name)} is no name: a letter, then letters, digits and _.", text, column)
    if len(name) > NAME_CHARACTERS:
        raise FormulaError(f"a name has at most {NAME_CHARACTERS} characters, not {len(name)}.", text, column)
    if keyword.iskeyword(name):
        reason = _KEYWORDS.get(name, f"{name!r} is a word of Python and cannot be used in a formula.")
        raise FormulaError(reason, text, column)


def check_name(name: str) -> None:
    """Refuse a name that no entry can have: `[a-z][a-z0-9_]*`, at most 64 characters, no word of Python."""
    check_spelling(name)
    if name != name.lower():
        raise FormulaError(f"{name!r} is no name for an entry, which is lower case; write {name.lower()!r}.")


def _tokens(text: str, keywords: bool) -> Iterator[tuple[str, str, int]]:
    after_value, before, opened = False, "", 0
    for match in _TOKEN.finditer(text.rstrip()):
        kind, token, column = str(match.lastgroup), match.group(), match.start() + 1
        yield kind, token, column
        if kind == "space":
            continue
        if kind == "sign" and token not in _SIGNS and not (token == "=" and keywords and opened > 0):
            raise FormulaError(_REFUSED.get(token, f"{token!r} is not part of formulas."), text, column)
        begins = kind != "sign" or token in _BEGIN
        if after_value and begins and token not in "+-":
            raise FormulaError(_missing(text, match.start()), text, column)
        if not (after_value or begins) and (before, token) != ("(", ")"):
            raise FormulaError(_ALONE.get(token, "something is missing before this."), text, column)
        if kind == "name" and token != "True":
            check_spelling(token, column, text)
        called = kind == "name" and text[match.end() :].lstrip().startswith("(")
        after_value = kind == "number" or token == ")" or (kind == "name" and not called)
        before, opened = ("f" if called else token), opened + (token == "(") - (token == ")")
    if before and not after_value:
        end = len(text.rstrip()) + 1
        raise FormulaError("the formula ends too early; something is missing here.", text, end)


def _missing(text: str, start: int) -> str:
    word = re.match(r"[A-Za-z]*", text[start:])
    if word and keyword.iskeyword(word[0]) and word[0] != "True":
        return _KEYWORDS.get(word[0], f"{word[0]!r} is a word of Python and cannot be used in a formula.")
    before = re.search(r"[0-9.]+$", text[:start])
    if before and text[start] == "_":
        return "digits are not grouped by _ here; write 1000."
    if before and re.match(r"[jJ]\b", text[start:]):
        return "formulas are about real numbers; there is no imaginary unit."
    if before and before.group() == "0" and text[start] in "xXbBoO":
        return "numbers are decimal here, such as 31 or 0.5; a product is written with *."
    return "something is missing before this; a product is written with *, as in 2*x."


def _number(token: str, text: str, column: int) -> Fraction:
    try:
        return Fraction(parse_integer(token)) if token.isdigit() else parse_decimal(token)
    except FormulaError as error:
        raise FormulaError(error.reason, text, column) from None


def _unusual(character: str) -> str:
    """What is said of a character beyond ASCII: its code point, its name, and the spelling to use."""
    name = unicodedata.name(character, "a control character")
    greek = re.match(r"GREEK (?:SMALL|CAPITAL) LETTER (?:FINAL )?([A-Z]+)$", name)
    folded = unicodedata.normalize("NFKC", character)
    plain = folded if folded.isascii() and folded.isprintable() and folded.strip() else ""
    spelling = greek[1].lower() if greek else _LETTERS.get(character, plain)
    code = f"U+{ord(character):04X} {name}"
    shown = f"{character!r} ({code})" if character.isprintable() else code
    return f"{shown} is not part of formulas, which are ASCII." + (f" Write {spelling}." if spelling else "")
