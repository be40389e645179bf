"""Whether the fields of one entry agree with each other: names that must be known, values that must fit.

Each rule is one function in the list RULES, and the first that is broken is the complaint, with the line of
the field that breaks it. A variant is checked as the entry it is read as, so that the rules are written once.
What needs other files, or a formula understood, is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from neurogebra.catalogue.entry import Entry, Variant, names_in, names_in_noise
from neurogebra.catalogue.parts import DISTRIBUTIONS, Number
from neurogebra.catalogue.properties import OF_KIND
from neurogebra.errors import EntryError, did_you_mean
from neurogebra.language.bounds import FILE_VARIANTS
from neurogebra.language.interval import Interval

__all__ = ["check", "check_vector"]

Broken: TypeAlias = Iterator[tuple[str, str]]  # field, reason


def variants_are_few(entry: Entry) -> Broken:
    """Each variant is checked, and parsed, as an entry of its own."""
    if len(entry.variants) > FILE_VARIANTS:
        count = len(entry.variants)
        yield "variants", f"there are {count:,}; at most {FILE_VARIANTS} are read. Give some a file of their own."


def spellings_differ(entry: Entry) -> Broken:
    """A name or alias twice in one file would hide one of its two meanings."""
    seen: set[str] = set()
    for spelling, variant in entry.spellings():
        if spelling in seen:
            yield (f"variants.{variant}.aliases" if variant else "aliases"), f"{spelling!r} is given twice."
        seen.add(spelling)


def symbols_differ(entry: Entry) -> Broken:
    """x is the variable, a and b of a gated unit; no letter is two of parameter, constant and noise."""
    params = {param.name for param in entry.params}
    constants = {each.name for each in entry.constants}
    noise = {each.name for each in entry.noise}
    for name in sorted(constants & params):
        yield f"constants.{name}", "is a parameter too; a symbol is one or the other."
    for name in sorted(noise & (params | constants)):
        yield (
            f"noise.{name}",
            f"is a {'parameter' if name in params else 'constant'} too; a symbol is one or the other.",
        )
    for group, names in (("params", params), ("constants", constants), ("noise", noise)):
        for variable in ("a", "b") if entry.kind == "gated" else ("x",):
            if variable in names:
                yield f"{group}.{variable}", f"{variable} is the variable; give it another name."


def kind_fits(entry: Entry) -> Broken:
    """A gate belongs to a gated unit, an axis to a vector function, noise to what is drawn by chance."""
    if entry.gate is not None and entry.kind != "gated":
        yield "gate", f"is for kind gated; this is of kind {entry.kind}."
    if entry.axis != -1 and entry.kind != "vector":
        yield "axis", f"is for kind vector; this is of kind {entry.kind}."
    for name in ("kinks", "domain") if entry.kind == "gated" else ():
        if getattr(entry, name):
            yield name, "is about one number, and a gated unit has two; properties say how smooth it is."
    if entry.noise and entry.kind in ("elementwise", "gated"):
        yield "noise", f"is for kind stochastic; this is of kind {entry.kind}."
    if entry.kind == "stochastic" and not entry.noise:
        yield "kind", "stochastic needs the field noise, which says what is drawn."
    if entry.noise and entry.rewrite is not None:
        yield "rewrite", "is for formulas without noise."
    for each in entry.noise:
        if entry.kind == "vector" and each.deterministic != "0":
            yield f"noise.{each.name}.deterministic", "of a vector function is 0; its noise is added to x."
        told = DISTRIBUTIONS[each.distribution]
        for word in each.formulas:
            if word not in (*told, "deterministic"):
                yield f"noise.{each.name}.{word}", f"{each.distribution} is told {' and '.join(told)}."
        missing = [word for word, text in each.told.items() if text is None]
        if missing:
            yield f"noise.{each.name}", f"{each.distribution} needs {' and '.join(missing)}."


def properties_fit(entry: Entry) -> Broken:
    """A property that says nothing of this kind of function would be judged by nobody."""
    known = OF_KIND[entry.kind]
    for claim in entry.properties:
        if claim.name not in known:
            yield f"properties.{claim.name}", f"is not told of kind {entry.kind}, which has {', '.join(known)}."


def symbols_are_used(entry: Entry) -> Broken:
    """A parameter that the formula lacks would be accepted and do nothing."""
    owners: list[tuple[str, Entry | Variant]] = [("", entry)]
    owners += [(f"variants.{variant.name}.", variant) for variant in entry.variants]
    for where, owner in owners:
        used = names_in(owner.formula) | names_in(owner.rewrite or "")
        if isinstance(owner, Entry):
            for each in owner.noise:
                if each.name not in used:
                    yield f"noise.{each.name}", f"is not used in the formula.{did_you_mean(each.name, used)}"
        used |= names_in_noise(entry.noise)
        symbols = [("params", param.name) for param in owner.params or ()]
        symbols += [("constants", constant.name) for constant in owner.constants or ()]
        for group, name in symbols:
            if name not in used:
                yield f"{where}{group}.{name}", f"is not used in the formula.{did_you_mean(name, used)}"


def defaults_fit(entry: Entry) -> Broken:
    """The default lies in the domain, and so does all that is typical."""
    for param in entry.params:
        if param.default not in param.domain:
            yield f"params.{param.name}.default", f"{param.text} is outside the domain {param.domain}."
        if not _within(param.typical, param.domain):
            reason = f"{param.typical} reaches outside the domain {param.domain}."
            yield f"params.{param.name}.typical", reason


def values_are_given(entry: Entry) -> Broken:
    """An example without a value says nothing; each kind takes numbers or lists of its own."""
    for i, example in enumerate(entry.examples):
        values = {name: getattr(example, name) for name in ("value", "gradient", "second", "third")}
        if not any(value is not None for value in values.values()):
            yield f"examples[{i}]", f"says nothing; give one of {', '.join(values)}."
        for name, value in {"x": example.x, **values}.items():
            if isinstance(value, tuple) and entry.kind in ("elementwise", "stochastic"):
                yield f"examples[{i}].{name}", f"a list of numbers does not fit kind {entry.kind}."
            pair = isinstance(value, tuple) and len(value) == 2
            if entry.kind == "gated" and value is not None and pair != (name in ("x", "gradient")):
                wanted = "one for each half, [1, 2]" if name in ("x", "gradient") else "a single number"
                yield f"examples[{i}].{name}", f"of a gated unit is {wanted}."


def vectors_fit(entry: Entry) -> Broken:
    """A vector function has examples of vectors: as many values as its shape makes, and a Jacobian of such rows."""
    if entry.kind != "vector":
        if entry.shape != "same":
            yield "shape", f"is for kind vector; this is of kind {entry.kind}."
        return
    for name in ("rewrite", "domain", "kinks", "special_cases"):
        if getattr(entry, name):
            yield name, "is about single numbers; kind vector has none."
    for i, example in enumerate(entry.examples):
        if not isinstance(example.x, tuple) or not example.x:
            yield f"examples[{i}].x", "of a vector function is a list of numbers, [1, 2, 3]."
            continue
        n = len(example.x)
        values = {"same": (n,), "concat": (2 * n,), "reduce": ()}[entry.shape]
        for name, shape in (("value", values), ("gradient", (*values, n))):
            stated = getattr(example, name)
            if stated is not None and _shape(stated) != shape:
                yield f"examples[{i}].{name}", f"for x of {n} elements is {_listed(shape)}."
        for name in ("second", "third"):
            if getattr(example, name) is not None:
                yield f"examples[{i}].{name}", "has no place in a vector function; its gradient is a Jacobian."


def _shape(value: object) -> tuple[int, ...] | None:
    """The shape of nested tuples; None where rows differ."""
    if not isinstance(value, tuple):
        return ()
    inner = {_shape(each) for each in value}
    return (len(value), *(inner.pop() or ())) if len(inner) == 1 and None not in inner else None


def _listed(shape: tuple[int, ...]) -> str:
    if not shape:
        return "a single number"
    return f"a list of {shape[0]}" if len(shape) == 1 else f"{shape[0]} rows, lists of {shape[1]}"


def params_are_known(entry: Entry) -> Broken:
    """Examples and special cases set parameters that exist, inside their domains."""
    settings = [(f"examples[{i}]", each.params) for i, each in enumerate(entry.examples)]
    settings += [(f"special_cases[{i}]", each.params) for i, each in enumerate(entry.special_cases)]
    for where, params in settings:
        for name, number in params:
            reason = _misfit(entry, name, number)
            if reason:
                yield f"{where}.params.{name}", reason


def arguments_are_known(entry: Entry) -> Broken:
    """A bare word among an equivalent's arguments is a parameter of ours; a text has quotes."""
    for each in entry.equivalents:
        for field, arguments in (("arguments", each.arguments), ("defaults", each.defaults)):
            for argument in arguments:
                if argument.is_param and argument.value not in _names_of_params(entry, each.variant):
                    reason = f'{argument.value!r} is no parameter here; a text needs quotes: "{argument.value}".'
                    yield f"equivalents.{each.key}.{field}.{argument.name}", reason


def defaults_are_of_arguments(entry: Entry) -> Broken:
    """A default is said of an argument that is listed, and an argument has one or has none."""
    for each in entry.equivalents:
        listed, stated = {argument.name for argument in each.arguments}, {default.name for default in each.defaults}
        for field, names in (("defaults", stated), ("required", each.required)):
            for name in names:
                if name not in listed:
                    where = f"equivalents.{each.key}.{field}"
                    yield where, f"{name!r} is not among the arguments.{did_you_mean(name, listed)}"
        for name in each.required:
            if name in stated:
                yield f"equivalents.{each.key}.required", f"{name!r} has a default above."


def variants_are_known(entry: Entry) -> Broken:
    """torch@tanh needs a variant tanh."""
    known = [variant.name for variant in entry.variants]
    for each in entry.equivalents:
        if each.variant is not None and each.variant not in known:
            reason = f"there is no variant {each.variant!r}.{did_you_mean(each.variant, known)}"
            yield f"equivalents.{each.key}", reason


RULES: Final[tuple[Callable[[Entry], Broken], ...]] = (
    variants_are_few,  # first, since what follows costs time for each
    spellings_differ,
    symbols_differ,
    kind_fits,
    properties_fit,
    symbols_are_used,
    defaults_fit,
    values_are_given,
    params_are_known,
    variants_are_known,
    arguments_are_known,
    defaults_are_of_arguments,
)


def _names_of_params(entry: Entry, variant: str | None) -> list[str]:
    """Of the entry, or of a variant that `variants_are_known` has let pass."""
    return [param.name for param in (entry.as_variant(variant) if variant else entry).params]


def check_vector(entry: Entry) -> None:
    """Raise EntryError where an entry does not say of vectors what its kind and shape allow.

    Asked where formulas are checked, since the shape is one with the formula.
    """
    _check(entry, (vectors_fit,))


def check(entry: Entry) -> None:
    """Raise EntryError for the first field that does not agree with the others."""
    _check(entry, RULES)


def _check(entry: Entry, rules: Sequence[Callable[[Entry], Broken]]) -> None:
    for form, prefix in _forms(entry):
        for rule in rules:
            for name, reason in rule(form):
                raise EntryError(reason, *form.where(name), prefix + name)


def _forms(entry: Entry) -> Iterator[tuple[Entry, str]]:
    """The entry and each variant, with what its fields are called; one at a time, as the first may be wrong."""
    yield entry, ""
    for variant in entry.variants:
        yield entry.as_variant(variant.name), f"variants.{variant.name}."


def _misfit(entry: Entry, name: str, number: Number) -> str | None:
    known = {param.name: param.domain for param in entry.params}
    if name not in known:
        return f"there is no such parameter.{did_you_mean(name, known)}"
    return None if number.value in known[name] else f"{number.text} is outside the domain {known[name]}."


def _within(inner: Interval, outer: Interval) -> bool:
    low = inner.low > outer.low or (inner.low == outer.low and outer.low_closed >= inner.low_closed)
    high = inner.high < outer.high or (inner.high == outer.high and outer.high_closed >= inner.high_closed)
    return low and high
