"""The `neurogebra` command: one answer a call, of what the library itself would say.

    neurogebra list [--category C] [--tag T]         the names, one a line; any property selects, as --monotone false
    neurogebra show NAME [--level L]                 what an entry is: beginner, intermediate or advanced
    neurogebra eval NAME x=1 [alpha=0.2]             its value; x=-3:3:7 for seven points from -3 to 3,
                                                     x=1,2,3 for these, and for a vector
    neurogebra grad NAME [--order N] [x=1]           its derivative: the formula, or the value where x is given
    neurogebra search WORDS                          names, best first
    neurogebra compare NAMES [--columns C] [--at 1]  side by side
    neurogebra plot NAMES [--output FILE]            the curve, as text or as a PNG, SVG or PDF file
    neurogebra new NAME                              a YAML file to fill in
    neurogebra check PATH [--propose [--write]]      the claims of a file or folder judged, or properties proposed

It exits with 0 for an answer, 1 where nothing is found, a claim fails or the library refuses (the reason on stderr,
as `UnknownExpression: no expression called ...`) and 2 where the command itself was mistyped or needs an extra that
is not installed, so that scripts can tell them apart. What each command answers is in cli_answers.py, loaded only
for a command that is right; this file knows words alone.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from neurogebra import __version__
from neurogebra.cli_values import Mistyped, properties_of, values_of
from neurogebra.errors import MissingExtra, NeurogebraError

__all__ = ["main"]

LEVELS = ("beginner", "intermediate", "advanced")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is returned (argparse leaves by SystemExit(2) itself)."""
    parser = _parser()
    asked, rest = parser.parse_known_args(argv)
    try:
        _place(asked, rest)
        return _answered(asked)
    except Mistyped as mistyped:
        parser.error(str(mistyped))
    except NeurogebraError as refusal:
        from neurogebra.cli_output import painted

        print(f"{painted(type(refusal).__name__, 'red', sys.stderr)}: {refusal}", file=sys.stderr)
        return 2 if isinstance(refusal, MissingExtra) else 1
    except BrokenPipeError:  # `neurogebra list | head -1` has what it wanted
        _let_go()
        return 0
    except OSError as refused:  # a full disk; files that are asked for by name have refusals of their own
        print(f"the answer cannot be written: {refused.strerror}.", file=sys.stderr)
        _let_go()
        return 1


def _let_go() -> None:
    """What Python still holds goes nowhere, or it would complain once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _place(asked: argparse.Namespace, rest: list[str]) -> None:
    """What argparse leaves over: `grad gelu --order 2 x=1` is complete for it before x=1; properties are not its."""
    if asked.command == "list":
        asked.properties = properties_of(rest)
        return
    if rest and (not hasattr(asked, "values") or any(text.startswith("-") for text in rest)):
        raise Mistyped(f"unrecognized arguments: {' '.join(rest)}")
    if hasattr(asked, "values"):
        asked.values = values_of([*asked.values, *rest])


def _answered(asked: argparse.Namespace) -> int:
    from neurogebra import cli_answers
    from neurogebra.cli_output import printed

    answer = getattr(cli_answers, f"answer_{asked.command}")(asked)
    printed(answer, as_json=getattr(asked, "json", False))
    print(end="", flush=True)  # and nothing where standard output is closed, sys.stdout None
    return int(answer.code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="neurogebra",
        description="A catalogue of activation functions: list, show, eval, grad, search, compare, plot, new, check.",
    )
    parser.add_argument("--version", action="version", version=f"neurogebra {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")

    command = _command(commands, "list", "the names, one a line", json=True)
    command.epilog = "Any property selects, too: --monotone false --bounded below --smoothness oo."
    command.add_argument("--category", help="only this category, such as activation")
    command.add_argument("--tag", action="append", default=[], help="only with this tag, such as smooth; repeatable")

    command = _about_one(commands, "show", "what an entry is, with references")
    command.add_argument("--level", choices=LEVELS, default="intermediate")

    command = _about_one(commands, "eval", "the value at x=1, at x=1,2,3 or at x=-3:3:7")
    command.add_argument("values", nargs="*", metavar="x=1", help="variables and parameters")

    command = _about_one(commands, "grad", "the derivative, as a formula or at x=1")
    command.add_argument("--order", type=int, default=1, help="1 is the slope, 2 the slope of the slope")
    command.add_argument("--by", metavar="NAME", help="the variable or parameter; left out, the only variable")
    command.add_argument("--steps", action="store_true", help="every rule applied, one a line")
    command.add_argument("values", nargs="*", metavar="x=1", help="variables and parameters")

    command = _command(commands, "search", "names that fit some words, best first", json=True)
    command.add_argument("words", nargs="+", metavar="WORD")

    command = _command(commands, "compare", "expressions side by side", json=True)
    command.add_argument("names", nargs="+", metavar="NAME")
    command.add_argument("--columns", help="what to compare, with commas: range,monotone,usage")
    command.add_argument("--at", metavar="X", action="append", default=[], help="value and slope there; repeatable")
    command.add_argument("--markdown", action="store_true", help="as a Markdown table")

    command = _command(commands, "plot", "the curve, as text or as a file", json=True)
    command.add_argument("names", nargs="+", metavar="NAME", help="names, then x=-3:3 or alpha=0.2")
    command.add_argument("--output", metavar="FILE", help="a file ending in .png, .svg or .pdf; needs matplotlib")

    command = _command(commands, "new", "a YAML file to fill in, NAME.yaml in this folder")
    command.add_argument("name", metavar="NAME")

    command = _command(commands, "check", "judge the claims of a YAML file or folder", json=True)
    command.add_argument("path", metavar="PATH", help="a file, or a folder of them")
    command.add_argument("--propose", action="store_true", help="print the properties that can be proven instead")
    command.add_argument("--write", action="store_true", help="with --propose: write them into the file")
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, meaning: str, json: bool = False
) -> argparse.ArgumentParser:
    # no abbreviations: `--cat` would not say whether it means --category or a property
    command = commands.add_parser(name, help=meaning, allow_abbrev=False)
    if json:
        command.add_argument("--json", action="store_true", help="the answer as JSON")
    return command


def _about_one(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, meaning: str
) -> argparse.ArgumentParser:
    command = _command(commands, name, meaning, json=True)
    command.add_argument("name", metavar="NAME", help="an entry or one of its aliases")
    command.add_argument("--variant", help="another form of it, such as gelu's tanh")
    return command
