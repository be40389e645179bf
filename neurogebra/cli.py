"""The `neurogebra` command: list, show, eval, grad, search and check, one answer a call.

    neurogebra list [--category C]              the names, one a line
    neurogebra show NAME [--level L]            what an entry is: beginner, intermediate or advanced
    neurogebra eval NAME x=1 [alpha=0.2]        its value
    neurogebra grad NAME [--order N] [x=1]      its derivative: the formula, or the value where x is given
    neurogebra search WORDS                     names, best first
    neurogebra check PATH [--propose [--write]] the claims of a YAML file or folder judged, or properties proposed

It exits with 0 for an answer, 1 where the library refuses (the refusal on stderr, as `UnknownExpression: no
expression called ...`) or a claim fails, and 2 where the command itself was mistyped or an extra is missing, so that
scripts can tell them apart. It knows neither formulas nor files: all is asked of a forge, which is loaded only for a
command that is right.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from neurogebra import __version__
from neurogebra.errors import FormulaError, MissingExtra, NeurogebraError

if TYPE_CHECKING:
    from neurogebra.expression import Expression
    from neurogebra.forge import MathForge

__all__ = ["main"]

LEVELS = ("beginner", "intermediate", "advanced")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is returned (argparse leaves by SystemExit(2) itself)."""
    parser = _parser()
    asked, rest = parser.parse_known_args(argv)
    # argparse takes `grad gelu --order 2 x=1` for a complete command and leaves x=1 over
    if rest and (not hasattr(asked, "values") or any(text.startswith("-") for text in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        if hasattr(asked, "values"):
            asked.values = _values([*asked.values, *rest])
        lines = asked.answer(asked)
        for line in lines:
            print(line)
    except argparse.ArgumentTypeError as mistyped:
        parser.error(str(mistyped))
    except NeurogebraError as refusal:
        print(f"{type(refusal).__name__}: {refusal}", file=sys.stderr)
        return 2 if isinstance(refusal, MissingExtra) else 1
    return int(getattr(lines, "code", 0))


def _list(asked: argparse.Namespace) -> Iterable[str]:
    return _forge().list_all(category=asked.category)


def _search(asked: argparse.Namespace) -> Iterable[str]:
    return _forge().search(" ".join(asked.words))


def _show(asked: argparse.Namespace) -> Iterable[str]:
    return [_expression(asked).explain(level=asked.level)]


def _eval(asked: argparse.Namespace) -> Iterable[str]:
    return [repr(_expression(asked).eval(**asked.values))]


def _grad(asked: argparse.Namespace) -> Iterable[str]:
    slope = _expression(asked).gradient(asked.by, order=asked.order)
    return [repr(slope.eval(**asked.values)) if asked.values else str(slope)]


def _check(asked: argparse.Namespace) -> Iterable[str]:
    from neurogebra.check import check_path, propose_for

    if asked.write and not asked.propose:
        raise argparse.ArgumentTypeError("--write goes with --propose")
    return propose_for(asked.path, asked.write) if asked.propose else check_path(asked.path)


def _forge() -> MathForge:
    from neurogebra.forge import MathForge

    return MathForge()


def _expression(asked: argparse.Namespace) -> Expression:
    return _forge().get(asked.name, variant=asked.variant)


def _values(texts: Iterable[str]) -> dict[str, int | float]:
    """`x=1 alpha=0.2` as keyword arguments."""
    values: dict[str, int | float] = {}
    for text in texts:
        name, sign, number = text.partition("=")
        if not (sign and name.isidentifier()):
            raise argparse.ArgumentTypeError(f"values are given as x=1 or alpha=0.2; got {text!r}")
        if name in values:
            raise argparse.ArgumentTypeError(f"{name} is given twice")
        values[name] = _number(number)
    return values


def _number(text: str) -> int | float:
    """The number as Python would read it: 1 is an int, 1.0 a float, -0.0 keeps its sign."""
    from neurogebra.language.numbers import to_float

    if (text[1:] if text[:1] in ("+", "-") else text) in ("inf", "oo", "nan"):
        return float(text.replace("oo", "inf"))
    try:
        value = to_float(text)  # refuses 1e999 and integers of 5,000 digits
    except FormulaError as refusal:
        raise argparse.ArgumentTypeError(refusal.reason) from None
    if text.lstrip("+-").isdecimal():
        return int(text)
    return -abs(value) if text.startswith("-") else value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="neurogebra", description="A catalogue of activation functions: list, show, eval, grad, search, check."
    )
    parser.add_argument("--version", action="version", version=f"neurogebra {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("list", help="the names, one a line")
    command.add_argument("--category", help="only this category, such as activation")
    command.set_defaults(answer=_list)

    command = _about_one(commands, "show", "what an entry is")
    command.add_argument("--level", choices=LEVELS, default="intermediate")
    command.set_defaults(answer=_show)

    command = _about_one(commands, "eval", "the value at x=1")
    command.add_argument("values", nargs="*", metavar="x=1", help="variables and parameters")
    command.set_defaults(answer=_eval)

    command = _about_one(commands, "grad", "the derivative, as a formula or at x=1")
    command.add_argument("--order", type=int, default=1, help="1 is the slope, 2 the slope of the slope")
    command.add_argument("--by", default="x", metavar="NAME", help="the variable or parameter (x)")
    command.add_argument("values", nargs="*", metavar="x=1", help="variables and parameters")
    command.set_defaults(answer=_grad)

    command = commands.add_parser("search", help="names that fit some words, best first")
    command.add_argument("words", nargs="+", metavar="WORD")
    command.set_defaults(answer=_search)

    command = commands.add_parser("check", help="judge the claims of a YAML file or folder")
    command.add_argument("path", metavar="PATH", help="a file, or a folder of them")
    command.add_argument("--propose", action="store_true", help="print the properties that can be proven instead")
    command.add_argument("--write", action="store_true", help="with --propose: write them into the file")
    command.set_defaults(answer=_check)
    return parser


def _about_one(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, meaning: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=meaning)
    command.add_argument("name", metavar="NAME", help="an entry or one of its aliases")
    command.add_argument("--variant", help="another form of it, such as gelu's tanh")
    return command
