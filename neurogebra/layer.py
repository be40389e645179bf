"""Layer: an expression with what training needs - the last input, the parameters that learn, their gradients.

It is the only object here that changes, and it changes in three places only: `forward` keeps its input, `backward`
sets the gradients, `update` sets parameter values. How a configuration says which expression it is stands in
configuration.py. It knows no mathematics.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from neurogebra.errors import InputError, OrderError, UsageError, brief, did_you_mean

if TYPE_CHECKING:
    from neurogebra.expression import Expression
    from neurogebra.forge import MathForge

__all__ = ["Layer"]

#: what evaluation is told beside the input
OPTIONS: Final = ("axis", "channel_axis", "gate")


class Layer:
    """An activation as a layer of a network that is trained with NumPy.

    >>> layer = forge.get("prelu").layer()
    >>> layer.forward([[-2.0, 4.0]])
    array([[-0.5,  4. ]])
    >>> layer.backward([[1.0, 1.0]])
    array([[0.25, 1.  ]])
    >>> layer.params
    {'alpha': (0.25, -2.0)}

    `trainable` is True for every parameter, False for none, or a list of names; left out, it is what the expression
    says of itself. With `rng`, a numpy Generator, noise is drawn in training. Further arguments (`axis`,
    `channel_axis`, `gate`) go to every evaluation. Raises UsageError for an expression of several inputs.
    """

    def __init__(
        self,
        expression: Expression,
        trainable: bool | Iterable[str] | None = None,
        rng: Any = None,
        **options: Any,
    ) -> None:
        from neurogebra.expression import Expression

        if not isinstance(expression, Expression):
            raise InputError(f"a layer is made from an expression; got {brief(expression)}.")
        for name in options:
            if name not in OPTIONS:
                known = ("trainable", "rng", *OPTIONS)
                raise UsageError(f"a layer takes no {name!r}; it takes {', '.join(known)}.{did_you_mean(name, known)}")
        if isinstance(trainable, bool):
            trainable = list(expression.params) if trainable else []
        self._expression = expression if trainable is None else expression.with_trainable(trainable)
        self._input = expression._input()
        if rng is not None:
            from neurogebra.stochastic import check_generator

            check_generator(expression.name, rng)
        self._rng, self._options = rng, options
        self._gradients: dict[str, Any] = {}
        self._seen: tuple[Expression, Any, dict[str, Any]] | None = None

    @property
    def expression(self) -> Expression:
        """The expression with the parameter values of this moment."""
        return self._expression

    @property
    def params(self) -> dict[str, tuple[Any, Any]]:
        """Each parameter that is learned: its value, and its gradient from the last `backward` (0 before)."""
        values = self._expression.params
        return {n: (values[n], self._gradients.get(n, values[n] * 0.0)) for n in self._expression.trainable_params}

    def forward(self, x: Any, training: bool = True) -> Any:
        """The value at `x`, of its shape (half its size on one axis for gated units); keeps what `backward` needs.

        In training a layer that was made with `rng` draws new noise; any other evaluation is the deterministic form.
        """
        self._seen = None
        noisy = training and self._rng is not None
        noise = self._expression._draw(self._rng, x, **self._options) if noisy else {}
        value = self._expression.eval(x, **self._options, **noise)
        self._seen = self._expression, _copy(x), noise
        return value

    __call__ = forward

    def backward(self, cotangent: Any) -> Any:
        """The cotangent of the last input: for element-wise functions `cotangent*f'(x)`. Sets the gradients.

        `cotangent` has the shape of the last value. Raises OrderError (a RuntimeError) before the first `forward`,
        UsageError for another shape.
        """
        if self._seen is None:
            raise OrderError(
                f"{self._expression.name}: backward needs the input that forward was given; call forward first."
            )
        expression, x, noise = self._seen
        learned = expression.trainable_params
        found = expression.vjp(cotangent, x, by=[self._input, *learned], **self._options, **noise)
        self._gradients = {name: _frozen(found[name]) for name in learned}
        return found[self._input]

    def update(self, /, **values: Any) -> None:
        """Give parameters new values: `layer.update(alpha=alpha - 0.1*gradient)`. Raises as `with_params` does.

        An array takes the place of an array of its shape, or of one number; UsageError for another shape.
        """
        updated = self._expression.with_params(**values)
        for name in values:
            old, new = (getattr(e.params[name], "shape", ()) for e in (self._expression, updated))
            if old and new and old != new:
                raise UsageError(
                    f"{self._expression.name} has {name} of shape {old}; update was given one of shape {new}."
                    " One number is taken for all of them."
                )
        self._expression = updated

    # As data ----------------------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """All that makes the layer but its generator, as dicts, lists, texts and numbers; fresh at each call.

        >>> forge.get("leaky_relu", params={"alpha": 0.2}).layer().get_config()
        {'expression': 'leaky_relu', 'params': {'alpha': 0.2}, 'trainable': [], 'options': {}}
        """
        from neurogebra.configuration import identity

        e = self._expression
        options = {name: _plain(value) for name, value in self._options.items()}
        values = {name: value if type(value) is float else value.tolist() for name, value in e.params.items()}
        return {**identity(e), "params": values, "trainable": e.trainable_params, "options": options}

    @classmethod
    def from_config(cls, config: Mapping[str, Any], forge: MathForge | None = None, rng: Any = None) -> Layer:
        """The layer that `get_config` describes; `forge` finds its name, the catalogue's own where left out.

        >>> layer = forge.get("prelu", params={"alpha": [0.1, 0.2]}).layer(channel_axis=1)
        >>> Layer.from_config(layer.get_config()).expression == layer.expression
        True

        Raises UsageError and InputError for what is no configuration, and whatever the expression's own making does.
        """
        from neurogebra.configuration import expression_of

        expression = expression_of(config, forge)
        for name, value in config.get("params", {}).items():
            expression = expression._with(_params={**expression.params, name: expression._kept(name, value)})
        options = {name: tuple(v) if isinstance(v, list) else v for name, v in config.get("options", {}).items()}
        return cls(expression, config.get("trainable"), rng, **options)

    def __repr__(self) -> str:
        learned = self._expression.trainable_params
        return f"Layer({self._expression!r}{f', trainable={learned}' if learned else ''})"


def _copy(x: Any) -> Any:
    """The input as it was, in its kind: the caller may write into its array before `backward`."""
    if type(x) in (float, int):
        return x
    from neurogebra.compile.to_numpy_frameworks import in_kind
    from neurogebra.compile.to_numpy_given import array_of

    return in_kind(array_of(x).copy(), x)


def _plain(option: Any) -> Any:
    """An option as JSON has it: a tuple of axes as a list, NumPy's whole numbers as Python's."""
    if isinstance(option, (tuple, list)):
        return [_plain(each) for each in option]
    return int(option) if hasattr(option, "__index__") and not isinstance(option, bool) else option


def _frozen(gradient: Any) -> Any:
    if type(gradient) is not float:
        gradient.flags.writeable = False
    return gradient
