"""Expression: a frozen formula with its parameter values, which evaluates, differentiates and combines.

Nothing in it changes after it was made; whatever seems to change it answers with another. The formula is read
when first needed and SymPy is imported then, so that listing and metadata stay light; what is evaluated is the
formula rewritten into words before differentiating, what is shown is the formula as written. It knows the
three forms of a formula and leaves each to its room: language, symbolic, compile.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from neurogebra.arithmetic import Arithmetic
from neurogebra.calculus import Calculus
from neurogebra.catalogue.entry import Entry
from neurogebra.catalogue.parts import Param
from neurogebra.errors import InputError, UnknownParameter, brief
from neurogebra.evaluation import Evaluation
from neurogebra.faces import Faces
from neurogebra.frozen import Frozen
from neurogebra.language.interval import REALS, Interval
from neurogebra.parameters import check_mappings, check_name, checked, chosen, kept, not_in_formula

if TYPE_CHECKING:
    import sympy

    from neurogebra.compile.choose import Function
    from neurogebra.properties import Properties
    from neurogebra.show.equivalents import Equivalents

__all__ = ["Expression"]


class Expression(Frozen, Evaluation, Calculus, Arithmetic, Faces):
    """A formula with a name, variables and parameters.

    >>> f = Expression("sharp_swish", "x*sigmoid(beta*x)", params={"beta": 2})
    >>> f.eval(x=1)
    0.8807970779778823
    >>> f.variables, f.params
    (['x'], {'beta': 2.0})

    `formula` is a text in the formula language or a SymPy expression. Symbols named in `params` are parameters,
    all others variables. `trainable_params` names those parameters that are to be learned. `metadata` is any
    mapping, such as {"description": ..., "category": ...}. Raises FormulaError, UnknownParameter, InputError.
    A stranger's text is safe to pass: nothing in it runs. It has at most 4,096 characters and 500 parts (SECURITY.md).
    """

    kind = "elementwise"  # the word of the field `kind` of its file; each class has its own

    _name: str
    _text: str | None
    _readable: sympy.Expr | None
    _words: sympy.Expr | None
    _variables: tuple[str, ...] | None
    _params: dict[str, Any]
    _rows: dict[str, Param]
    _constants: dict[str, str]
    _trainable: tuple[str, ...]
    _metadata: Mapping[str, Any] | None
    _entry: Entry | None
    _parent: tuple[Expression, str] | None
    _order: int
    _fast: Any
    _compiled: Function | None

    def __init__(
        self,
        name: str,
        formula: str | sympy.Expr,
        params: Mapping[str, Any] | None = None,
        trainable_params: Iterable[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        check_name(name)
        check_mappings(params, metadata)
        self._set(
            _name=name, _readable=self._read(formula), _metadata=None if metadata is None else deepcopy(dict(metadata))
        )
        free = {s.name for s in self.readable.free_symbols}
        for parameter in params or {}:
            if parameter not in free:
                raise UnknownParameter(not_in_formula(name, parameter, free))
        rows = {parameter: Param(parameter, math.nan, "", REALS, REALS) for parameter in params or {}}
        self._set(_rows=rows)
        values = {parameter: self._kept(parameter, value) for parameter, value in (params or {}).items()}
        self._set(_params=values, _variables=tuple(sorted(free - rows.keys())))
        self._set(_trainable=self._chosen(() if trainable_params is None else trainable_params))
        self._refuse_strangers()

    def _read(self, formula: str | sympy.Expr) -> sympy.Expr:
        from neurogebra.expression_parts import read

        return read(formula)

    def _refuse_strangers(self) -> None:
        """Any name may be a variable; a vector has x alone."""

    @classmethod
    def from_entry(
        cls,
        entry: Entry,
        params: Mapping[str, Any] | None = None,
        variant: str | None = None,
        trainable: bool = False,
    ) -> Expression:
        """The expression of an entry or of one of its variants; nothing is parsed yet. Raises UnknownVariant."""
        if not isinstance(entry, Entry):
            raise InputError(f"from_entry takes an Entry; got {brief(entry)}. forge.get('relu') takes a name.")
        entry = entry if variant is None else entry.as_variant(variant)
        self: Expression = object.__new__(_class_of(entry.kind, bool(entry.noise)))
        self._set(
            _name=entry.name,
            _text=entry.formula,
            _entry=entry,
            _rows={p.name: p for p in entry.params},
            _params={p.name: p.default for p in entry.params},
            _constants={c.name: c.text for c in entry.constants},
            _trainable=tuple(p.name for p in entry.params if trainable or p.trainable),
        )
        return self.with_params(**params) if params else self

    _text = _readable = _words = _variables = _metadata = _entry = _parent = None
    _fast = _compiled = None
    _params, _rows, _constants, _trainable, _order = {}, {}, {}, (), 0

    # What it is ---------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The entry's name, or the one it was given."""
        return self._name

    @property
    def entry(self) -> Entry | None:
        """The catalogue entry it was made from, None for derivatives, sums and typed formulas."""
        return self._entry

    @property
    def readable(self) -> sympy.Expr:
        """The formula as written: SymPy with real symbols, parameters and constants as symbols."""
        if self._readable is None:
            from neurogebra import expression_parts as parts

            self._set(_readable=parts.read_entry(self) if self._parent is None else parts.shown_slope(self))
        assert self._readable is not None
        return self._readable

    @property
    def words(self) -> sympy.Expr:
        """The formula as it is evaluated: in words that keep their digits, with constants as exact numbers."""
        if self._words is None:
            from neurogebra import expression_parts as parts

            self._set(_words=parts.words_of(self) if self._parent is None else parts.evaluated_slope(self))
        assert self._words is not None
        return self._words

    @property
    def symbolic_expr(self) -> sympy.Expr:
        """SymPy with plain symbols, so that `sympy.diff(e.symbolic_expr, sympy.Symbol("x"))` works as typed."""
        from neurogebra.expression_parts import plain

        return plain(self)

    @property
    def formula(self) -> str:
        """LaTeX of the formula.

        >>> forge.get("softplus").formula
        '\\\\log{\\\\left(e^{x} + 1 \\\\right)}'
        """
        from neurogebra.language.typeset import latex

        return latex(self.readable)

    @property
    def variables(self) -> list[str]:
        """What `eval` needs, in alphabetical order; never parameters."""
        return list(self._variable_names())

    def _variable_names(self) -> tuple[str, ...]:
        if self._variables is None:
            known = {s.name for s in self.readable.free_symbols} - self._params.keys() - self._constants.keys()
            self._set(_variables=tuple(sorted(known)) or ("x",))  # an entry without x is constant in x
        assert self._variables is not None
        return self._variables

    @property
    def params(self) -> dict[str, Any]:
        """Parameter names and values: floats, or read-only arrays. A fresh dict."""
        return dict(self._params)

    @property
    def trainable_params(self) -> list[str]:
        """Names of the parameters that are to be learned."""
        return list(self._trainable)

    @property
    def domains(self) -> dict[str, Interval]:
        """Where each parameter may lie."""
        return {name: row.domain for name, row in self._rows.items()}

    @property
    def metadata(self) -> dict[str, Any]:
        """What the entry says, under the YAML's own keys; a fresh dict each time."""
        if self._metadata is None and self._entry is not None:
            return self._entry.to_dict()
        return deepcopy(dict(self._metadata or {}))

    @property
    def equivalents(self) -> Equivalents:
        """What other libraries call it, with which default, and where they differ; prints as a table.

        >>> print(forge.get("squareplus").equivalents)
        Framework  Name                               Default  Differs
        --------------------------------------------------------------
        jax        jax.nn.squareplus(b=b)
        keras      keras.activations.squareplus(b=b)
        >>> forge.get("gelu").equivalents[0].name
        'torch.nn.functional.gelu(approximate="none")'

        One row for each name: framework, name, default, differs; those of an entry's variants too. Empty for
        what no catalogue file describes.
        """
        from neurogebra.show.equivalents import Equivalents

        return Equivalents(() if self._entry is None else self._entry.equivalents)

    @property
    def properties(self) -> Properties:
        """What the entry states and its tests have proven, for the present parameter values; empty without an entry.

        >>> forge.get("gelu").properties["minimum"]
        {'at': -0.751791524693564, 'value': -0.169971207479904}
        """
        from neurogebra.properties import Properties

        return Properties(self)

    # Parameters ---------------------------------------------------------------------------------------------

    def with_params(self, /, **values: Any) -> Expression:
        """The same expression with other parameter values.

        >>> forge.get("leaky_relu").with_params(alpha=0.2).eval(x=-5)
        -1.0

        Raises UnknownParameter, ParameterOutOfDomain, and InputError for what is no finite number or array.
        """
        checked = {name: self._kept(name, value) for name, value in values.items()}
        return self._with(_params={**self._params, **checked})

    def with_trainable(self, names: Iterable[str]) -> Expression:
        """The same expression with these parameters marked as to be learned. Raises UnknownParameter."""
        return self._with(_trainable=self._chosen(names))

    def _chosen(self, names: Iterable[str]) -> tuple[str, ...]:
        return chosen(self._name, names, self._rows, self._params)

    def renamed(self, name: str) -> Expression:
        """The same expression under another name."""
        check_name(name)
        return self._with(_name=name)

    def _kept(self, name: str, value: Any) -> Any:
        return kept(self._name, name, self._checked(name, value))

    def _checked(self, name: str, value: Any) -> Any:
        return checked(self._name, name, value, self._rows, self._params)

    def to_yaml(self) -> str:
        """The text of a catalogue file that reads back as this expression; EntryError for what no file can say."""
        from neurogebra.saving import yaml_of

        return yaml_of(self)


def _class_of(kind: str, noise: bool) -> type[Expression]:
    """The class whose expressions are of this kind of entry, imported when first met."""
    if kind == "gated":
        from neurogebra.gated import GatedExpression

        return GatedExpression
    if kind == "stochastic":
        from neurogebra.stochastic import StochasticExpression

        return StochasticExpression
    if kind == "vector" and noise:
        from neurogebra.stochastic_vector import StochasticVector

        return StochasticVector
    if kind == "vector":
        from neurogebra.vector import VectorExpression

        return VectorExpression
    return Expression
