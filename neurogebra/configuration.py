"""What makes a layer, as plain data: by which fields it says which expression it is, and how that is found again.

It survives JSON and may come from a stranger: a name is looked up, a formula or a file's text is parsed, nothing is
run. An expression is named where the catalogue has it, else told by its file, else by its formula. What a layer does
is not known here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from neurogebra.errors import InputError, UnknownExpression, UsageError, brief, did_you_mean
from neurogebra.layer import OPTIONS

if TYPE_CHECKING:
    from neurogebra.expression import Expression
    from neurogebra.forge import MathForge

__all__ = ["expression_of", "identity"]

#: the fields of a configuration: one of the first three says which expression it is
FIELDS: Final = (
    "expression",
    "formula",
    "entry",
    "kind",
    "variant",
    "name",
    "input",
    "params",
    "domains",
    "trainable",
    "options",
)


@lru_cache(maxsize=1)
def _catalogue() -> MathForge:
    from neurogebra.forge import MathForge

    return MathForge()


def identity(e: Expression) -> dict[str, Any]:
    """By name where the catalogue has it, by its file where another has, else by its formula."""
    from neurogebra.catalogue.writer import to_yaml
    from neurogebra.expression import Expression
    from neurogebra.expression_parts import with_numbers
    from neurogebra.language.interval import REALS
    from neurogebra.language.writer import write
    from neurogebra.vector import VectorExpression

    if e.entry is not None:
        variant = {} if e.entry.variant is None else {"variant": e.entry.variant}
        renamed = {} if e.name == e.entry.name else {"name": e.name}
        try:
            known = _catalogue().get(e.entry.name, variant=e.entry.variant).entry == e.entry
        except (UnknownExpression, UsageError):
            known = False
        if known:
            return {"expression": e.entry.name, **variant, **renamed}
        if not variant:
            return {"entry": to_yaml(e.entry), **renamed}
    kind = {"kind": e.kind} if type(e) is VectorExpression and e._parent is None else {}
    if type(e) is not Expression and not kind:
        if e._parent is not None:
            above, by = e._parent
            again = f"keep that of {above.name} and take its gradient({by!r}) again."
            raise UsageError(f"a configuration holds no slope of a gated, noisy or vector formula: {again}")
        raise UsageError(f"{e.name} comes from no file, so only its formula could be kept, which is not all of it.")
    formula = write(with_numbers(e))
    used = {symbol.name for symbol in e.readable.free_symbols}  # a slope may have lost a parameter
    domains = {name: str(domain) for name, domain in e.domains.items() if domain != REALS or name not in used}
    return {"name": e.name, "formula": formula, **kind, "input": e._input(), "domains": domains}


def expression_of(config: Any, forge: MathForge | None) -> Expression:
    """The expression that a configuration describes, at its parameters' defaults where a file gives them."""
    from neurogebra.catalogue.schema import read_entry_text
    from neurogebra.expression import Expression

    _check(config)
    if "formula" in config:
        return _typed(config)
    if "entry" in config:
        found = Expression.from_entry(read_entry_text(config["entry"], "entry"), variant=config.get("variant"))
    else:
        found = (forge if forge is not None else _catalogue()).get(config["expression"], variant=config.get("variant"))
    return found.renamed(config["name"]) if "name" in config else found


def _typed(config: Mapping[str, Any]) -> Expression:
    """The expression of a formula, whose parameters may be anywhere unless `domains` says where."""
    from dataclasses import replace

    from neurogebra.catalogue.parts import Param
    from neurogebra.expression import Expression
    from neurogebra.language.interval import REALS, Interval
    from neurogebra.vector import VectorExpression

    name, params, kind = config.get("name", "layer"), config.get("params", {}), config.get("kind", "elementwise")
    kinds = {"elementwise": Expression, "vector": VectorExpression}
    if kind not in kinds:
        raise UsageError(
            f"kind of a configuration is {' or '.join(kinds)}; got {brief(kind)}.{did_you_mean(kind, kinds)}"
        )
    domains = config.get("domains", {})
    used = set(params)  # a typed vector formula uses them all, else it would not have been made
    if kind == "elementwise":
        used = {symbol.name for symbol in Expression(name, config["formula"]).readable.free_symbols}
    lost = {each: value for each, value in params.items() if each in domains and each not in used}
    made = kinds[kind](name, config["formula"], params={n: value for n, value in params.items() if n not in lost})
    rows = {each: made._rows.get(each, Param(each, math.nan, "", REALS, REALS)) for each in params}
    made = made._with(_rows=rows, _params={each: made._params.get(each, 0.0) for each in params})
    for parameter, text in domains.items():
        made._checked(parameter, 0.0)  # it is a parameter
        if not isinstance(text, str):
            raise InputError(f'a domain is a text such as "[0, oo)"; {parameter} has {brief(text)}.')
        rows[parameter] = replace(rows[parameter], domain=Interval.parse(text))
    return made._with(_rows=rows, _variables=tuple(made.variables) or (config.get("input", "x"),))


_KINDS: Final[dict[str, tuple[type, str]]] = {
    "params": (Mapping, "a dict"),
    "domains": (Mapping, "a dict"),
    "options": (Mapping, "a dict"),
    "trainable": (list, "a list of names"),
}


def _check(config: Any) -> None:
    """Whether it has the shape of a configuration; what stands in it is judged by who reads it."""
    if not isinstance(config, Mapping):
        raise InputError(f"a configuration is the dict that get_config() gives; got {brief(config)}.")
    for field, value in config.items():
        if field not in FIELDS:
            raise UsageError(f"a configuration has no field {brief(field)}.{did_you_mean(str(field), FIELDS)}")
        kind, words = _KINDS.get(field, (str, "a text"))
        if not isinstance(value, kind):
            raise InputError(f"{field} of a configuration is {words}; got {brief(value)}.")
        if isinstance(value, Mapping) and not all(isinstance(key, str) for key in value):
            raise InputError(f"{field} of a configuration has names for keys; got {brief(value)}.")
    for option in config.get("options", {}):
        if option not in OPTIONS:
            raise UsageError(f"a configuration has no option {brief(option)}; there are {', '.join(OPTIONS)}.")
    if sum(field in config for field in FIELDS[:3]) != 1:
        raise UsageError("a configuration has one of the fields expression, formula and entry.")
