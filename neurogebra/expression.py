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
from typing import TYPE_CHECKING, Any, NoReturn

from neurogebra.arithmetic import Arithmetic
from neurogebra.catalogue.entry import Entry
from neurogebra.catalogue.parts import Param
from neurogebra.errors import (
    UnknownParameter,
    UsageError,
    brief,
)
from neurogebra.evaluation import Evaluation
from neurogebra.faces import Faces
from neurogebra.language.interval import REALS, Interval
from neurogebra.parameters import check_mappings, check_name, checked, chosen, not_in_formula, same_value

if TYPE_CHECKING:
    import sympy

    from neurogebra.compile.choose import Function
    from neurogebra.properties import Properties
    from neurogebra.show.equivalents import Equivalents

__all__ = ["Expression"]


class Expression(Evaluation, Arithmetic, Faces):
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

    kind = "elementwise"

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
        rows = {}
        for parameter in params or {}:
            if parameter not in free:
                raise UnknownParameter(not_in_formula(name, parameter, free))
            rows[parameter] = Param(parameter, math.nan, "", REALS, REALS)
        self._set(_rows=rows)
        values = {parameter: self._checked(parameter, value) for parameter, value in (params or {}).items()}
        self._set(_params=values, _variables=tuple(sorted(free - rows.keys())))
        self._set(_trainable=self._chosen(trainable_params or ()))

    def _read(self, formula: str | sympy.Expr) -> sympy.Expr:
        from neurogebra.expression_parts import read

        return read(formula)

    @classmethod
    def from_entry(
        cls,
        entry: Entry,
        params: Mapping[str, Any] | None = None,
        variant: str | None = None,
        trainable: bool = False,
    ) -> Expression:
        """The expression of a catalogue entry, or of one of its variants. Nothing is parsed yet."""
        entry = entry if variant is None else entry.as_variant(variant)
        kind = _class_of(entry.kind, bool(entry.noise))
        self: Expression = kind.__new__(kind)
        rows = {p.name: p for p in entry.params}
        self._set(
            _name=entry.name,
            _text=entry.formula,
            _entry=entry,
            _rows=rows,
            _params={p.name: p.default for p in entry.params},
            _constants={c.name: c.text for c in entry.constants},
            _trainable=tuple(p.name for p in entry.params if trainable or p.trainable),
        )
        return self.with_params(**params) if params else self

    def _set(self, **attributes: Any) -> None:
        for name, value in attributes.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"an Expression is frozen; {name!r} cannot be set. with_params(...) makes another.")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"an Expression is frozen; {name!r} cannot be deleted.")

    _text = _readable = _words = _variables = _metadata = _entry = _parent = None
    _fast = _compiled = None
    _params, _rows, _constants, _trainable, _order = {}, {}, {}, (), 0

    def _with(self, **attributes: Any) -> Expression:
        """Another expression that differs in these attributes."""
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.__dict__.pop("_fast", None)
        other._set(**attributes)
        return other

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
            free = {s.name for s in self.readable.free_symbols}
            known = free - self._params.keys() - self._constants.keys()
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
        checked = {name: self._checked(name, value) for name, value in values.items()}
        return self._with(_params={**self._params, **checked})

    def with_trainable(self, names: Iterable[str]) -> Expression:
        """The same expression with these parameters marked as to be learned."""
        return self._with(_trainable=self._chosen(names))

    def _chosen(self, names: Iterable[str]) -> tuple[str, ...]:
        return chosen(self._name, names, self._rows, self._params)

    def renamed(self, name: str) -> Expression:
        """The same expression under another name."""
        check_name(name)
        return self._with(_name=name)

    def _checked(self, name: str, value: Any) -> Any:
        return checked(self._name, name, value, self._rows, self._params)

    # Calculus and algebra -----------------------------------------------------------------------------------

    def gradient(self, variable: str = "x", order: int = 1) -> Expression:
        """The derivative by `variable`, as an expression you can evaluate or differentiate again.

        >>> forge.get("leaky_relu").gradient("x").eval(x=-3)
        0.01

        At a kink the entry's own convention is used: leaky_relu has slope alpha at 0, as torch does. `variable` may
        be a parameter: `gradient("alpha")`. Raises UnknownVariable, and UsageError unless `order` is 1 or more.
        """
        if type(order) is not int or not 1 <= order <= 16:
            raise UsageError(f"order is a whole number from 1 to 16; got {brief(order)}.")
        self._check_known(variable)
        slope = self
        for _ in range(order):
            slope = slope._slope(variable)
        return slope

    def _slope(self, variable: str) -> Expression:
        same = self._parent is not None and self._parent[1] == variable
        order = self._order + 1 if same else 1
        root = self._root(order - 1)
        power = "" if order == 1 else str(order)
        slope = self._with(
            _name=f"d{power}({root})/d({variable}){power}",
            _parent=(self, variable),
            _order=order,
            _variables=self._variable_names(),
            _text=None,
            _readable=None,
            _words=None,
            _entry=None,
            _metadata={},
            _compiled=None,
        )
        _ = slope.words  # what cannot be differentiated is refused here, not when it is used
        return slope

    def _root(self, steps: int) -> str:
        """The name of what was differentiated `steps` times by the last variable."""
        e = self
        for _ in range(steps):
            assert e._parent is not None
            e = e._parent[0]
        return e.name

    def compose(self, inner: Expression) -> Expression:
        """f.compose(g) is f(g): `inner` feeds the one variable of this expression, never a parameter.

        >>> forge.get("relu").compose(forge.get("linear")).eval(x=-2)
        0
        """
        from neurogebra.expression_algebra import fed

        return fed(self, inner)

    def _as_part(self) -> None:
        """Refuse to be part of a formula of single numbers; an element-wise expression never does."""

    def clone(self) -> Expression:
        """An equal expression."""
        return self._with()

    def simplify(self) -> Expression:
        """SymPy's simplify, which may take long; never done unasked."""
        return self._rewritten("simplify")

    def expand(self) -> Expression:
        """Products and powers of sums multiplied out."""
        return self._rewritten("expand")

    def integrate(self, variable: str = "x") -> Expression:
        """An antiderivative by `variable`. FormulaError where SymPy finds none in the formula language."""
        self._check_known(variable)
        return self._rewritten("integrate", variable)

    def _rewritten(self, how: str, *arguments: str) -> Expression:
        from neurogebra.expression_algebra import rewritten

        return rewritten(self, how, *arguments)

    def to_yaml(self) -> str:
        """The text of a catalogue file that reads back as this expression."""
        from neurogebra.expression_parts import yaml_of

        return yaml_of(self)

    # Being an object ----------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        """Equal formula, variables, parameter names and values."""
        if not isinstance(other, Expression):
            return NotImplemented
        if self is other:
            return True
        if self._identity() != other._identity():
            return False
        return all(same_value(value, other._params[name]) for name, value in self._params.items())

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[Any, ...]:
        constants = tuple(sorted(self._constants.items()))
        return type(self), self.readable, self._variable_names(), tuple(sorted(self._params)), constants

    def __reduce__(self) -> tuple[Any, ...]:
        from neurogebra.expression_parts import restore, state

        return restore, (type(self), state(self))

    def __copy__(self) -> Expression:
        return self

    def __deepcopy__(self, memo: object) -> Expression:
        return self

    def __str__(self) -> str:
        from neurogebra.language.writer import write

        return write(self.readable)

    def __repr__(self) -> str:
        values = f", params={self._params}" if self._params else ""
        return f"Expression({self.name!r}, {str(self)!r}{values})"


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
