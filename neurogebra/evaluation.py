"""How an expression is called: values for its variables and parameters in, a number or an array out.

The common case, one variable and plain numbers or one array, is decided by two look-ups and goes straight to the
compiled function. Everything else is bound by name first, so that what is missing, unknown or given twice is an
error that says so. It asks the expression for its formula and the compile room for a function, and knows neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from neurogebra.errors import MissingVariable, UnknownVariable, UsageError, brief, did_you_mean
from neurogebra.parameters import listed, of_habit
from neurogebra.shapes import fitted

if TYPE_CHECKING:
    import sympy

    from neurogebra.compile.choose import Function
    from neurogebra.expression import Expression
    from neurogebra.layer import Layer

__all__ = ["Evaluation"]


class Evaluation:
    """eval, call and value_and_grad of an expression."""

    if TYPE_CHECKING:
        _params: dict[str, Any]
        _fast: Any
        _compiled: Function | None

        @property
        def name(self) -> str: ...
        @property
        def words(self) -> sympy.Expr: ...
        def _set(self, **attributes: Any) -> None: ...
        def _checked(self, name: str, value: Any) -> Any: ...
        def _variable_names(self) -> tuple[str, ...]: ...
        def gradient(self, variable: str = "x", order: int = 1) -> Expression: ...

    def eval(self, *values: Any, **named: Any) -> Any:
        """The value at the given variables: a number for numbers, an array for arrays.

        >>> forge.get("swish").eval(x=[-1.0, 0.0, 1.0])
        array([-0.26894142,  0.        ,  0.73105858])
        >>> forge.get("leaky_relu").eval(x=-5, alpha=0.2)
        -1.0

        Positional values fill `variables` in order; parameters may be given by keyword for this call.

        Arrays of any shape are accepted, lists and tuples are arrays; inputs are left unchanged. The answer has their
        shape and dtype (float16 to float64; integers and booleans give float64). A tensor of torch gives a tensor, an
        array of jax one of jax; NumPy arrays and numbers may be mixed with either, and a tensor that is on a graph is
        refused, as a masked array is. Several variables and array parameters broadcast as in NumPy, from the last axis
        on; `channel_axis=1` puts parameters that have one number for each channel along axis 1.

        nan gives nan, an infinity the limit; nothing is raised or warned at the edges. Values of float64 are within 8
        units in the last place (docs/accuracy.md). Where that takes more than 106 bits, one call computes at most
        100,000 distinct elements so, and the others keep what float64 gives.

        Raises MissingVariable, UnknownVariable, ParameterOutOfDomain, InputError, and UsageError for shapes that do
        not broadcast.
        """
        fast = self._fast
        if fast is not None and len(values) + len(named) == 1:
            variable, function, parameters, arrays = fast
            x: Any = values[0] if values else named.get(variable)
            kind: Any = type(x)
            if arrays is not None and kind is arrays[0]:
                answer = arrays[1](x)
                if answer is not None:
                    return answer
            if kind is float:
                answer = function(x, *parameters)
                return answer if type(answer) is float else float(answer)
            if kind is int and -9007199254740992 <= x <= 9007199254740992:
                return function(x, *parameters)
        variables, parameters = self._bind(values, named)
        function = self._function()
        answer = function(variables, parameters)[0]
        if len(variables) == 1 and (fast is None or fast[3] is None):
            self._set(_fast=function.shortcut(self._variable_names()[0], tuple(self._params.values()), variables[0]))
        return answer

    __call__ = eval

    def value_and_grad(self, *values: Any, **named: Any) -> tuple[Any, Any]:
        """The value and the derivative in one pass that shares their work.

        >>> forge.get("swish").value_and_grad(x=0.0)
        (0.0, 0.5)

        Both have the shape and dtype that `eval` gives; with several variables the second is a dict from variable to
        derivative. Arguments and errors are those of `eval`.
        """
        names = self._variable_names()
        slopes = [self.gradient(name).words for name in names]
        variables, parameters = self._bind(values, named)
        value, *gradients = self._compile(self.words, *slopes)(variables, parameters)
        return value, gradients[0] if len(names) == 1 else dict(zip(names, gradients, strict=True))

    def vjp(self, cotangent: Any, /, *values: Any, by: str | Sequence[str] | None = None, **named: Any) -> Any:
        """The backward pass: `cotangent`, of the value's shape, times the derivative. No Jacobian is built.

        >>> forge.get("relu").vjp([10.0, 20.0, 30.0], x=[-1.0, 0.0, 2.0])
        array([ 0.,  0., 30.])
        >>> forge.get("leaky_relu").vjp([1.0, 1.0], x=[-3.0, 2.0], by="alpha")
        -3.0

        `by` names what the answer belongs to, a variable or a parameter; left out, it is the one variable. A list of
        names, or several variables, give a dict from name to cotangent. Each has the shape and dtype of its input: it
        is added up over the axes along which that was broadcast. Other arguments are as for `eval`, with the same
        errors; UsageError also for a cotangent of another shape.
        """
        from neurogebra.backward import vjp

        return vjp(self, cotangent, by, values, named)  # type: ignore[arg-type]  # the one class that has it

    def layer(self, trainable: bool | Iterable[str] | None = None, rng: Any = None, **options: Any) -> Layer:
        """A layer of a network with this expression in it: forward, backward, params. See `Layer`.

        >>> forge.get("prelu").layer(trainable=True).params
        {'alpha': (0.25, 0.0)}
        """
        from neurogebra.layer import Layer

        return Layer(self, trainable, rng, **options)  # type: ignore[arg-type]  # the one class that has it

    #: what becomes of the axis that a call names: None (there is none), 'same', 'concat', 'halved' or 'reduce'
    _axes: str | None = None

    def _input(self) -> str:
        """The name of the one input that a layer feeds."""
        names = self._variable_names()
        if len(names) != 1:
            raise UsageError(f"a layer has one input; {self.name} takes {listed(names)}.")
        return names[0]

    def _draw(self, rng: Any, *values: Any, **named: Any) -> dict[str, Any]:
        """The noise of one evaluation by name; an expression has none."""
        return {}

    def _function(self) -> Function:
        if self._compiled is None:
            self._set(_compiled=self._compile(self.words))
        assert self._compiled is not None
        return self._compiled

    def _compile(self, *formulas: sympy.Expr) -> Function:
        from neurogebra.compile.choose import compiled

        names = self._variable_names()
        return compiled(formulas, (*names, *self._params), len(names))

    def _bind(self, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[list[Any], list[Any]]:
        """The values of all variables and of all parameters, in order."""
        names = self._variable_names()
        if len(values) > len(names):
            raise UsageError(f"{self.name} takes {listed(names)}; eval was given {len(values)} values.")
        given = dict(zip(names, values, strict=False))
        for name, value in named.items():
            if name in given:
                raise UsageError(f"{self.name} was given {name} twice.")
            given[name] = value
        channel_axis = given.pop("channel_axis", None)
        parameters = {n: self._checked(n, given.pop(n)) if n in given else v for n, v in self._params.items()}
        unknown = [name for name in given if name not in names]
        missing = [name for name in names if name not in given and self._needs(name)]
        if missing:
            what = listed(list(given)) if given else "nothing"
            raise MissingVariable(f"{self.name} needs {listed(missing)}; eval was given {what}.")
        if unknown:
            raise UnknownVariable(of_habit(self.name, unknown[0], self._axes) or self._unknown(unknown[0]))
        variables = {name: given.get(name, 0.0) for name in names}
        return fitted(self.name, variables, parameters, channel_axis)

    def _needs(self, variable: str) -> bool:
        return any(s.name == variable for s in self.words.free_symbols)

    def _check_known(self, name: object) -> None:
        """Refuse what is neither a variable nor a parameter."""
        if not isinstance(name, str) or name not in (*self._variable_names(), *self._params):
            raise UnknownVariable(self._unknown(name))

    def _unknown(self, name: object) -> str:
        known = [*self._variable_names(), *self._params]
        if not isinstance(name, str):
            return f"{self.name}: a variable or parameter is a name such as {known[0]!r}; got {brief(name)}."
        near = did_you_mean(name, known)
        return f"{self.name} has no variable or parameter {brief(name)}; it takes {listed(known)}.{near}"
