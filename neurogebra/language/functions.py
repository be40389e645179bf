"""The field's own functions as SymPy functions, closed under differentiation.

None of them evaluates itself, because SymPy's own evaluation destroys digits: it turns erfc(-u) into
2 - erfc(u) and 1 - tanh(u)**2 is all it knows of tanh's slope. Each derivative stays inside this table, and
`rewrite(exp)` gives the elementary form for limits, series and integrals. Nothing here knows text or arrays.

    sigmoid(u)  1/(1 + exp(-u))         softplus(u)  log(1 + exp(u))        sech2(u)    1/cosh(u)**2
    Phi(u)      normal distribution     phi(u)       normal density         log_cosh(u) log(cosh(u))
    expm1(u)    exp(u) - 1              log1p(u)     log(1 + u)             erfc(u)     1 - erf(u)
    tanh_(u)    tanh without SymPy's rules, used in evaluated forms only
"""

from __future__ import annotations

from typing import Any, ClassVar

import sympy
from sympy import Expr, Function
from sympy.core.evalf import prec_to_dps
from sympy.core.function import ArgumentIndexError

__all__ = [
    "Phi",
    "Word",
    "erfc",
    "expm1",
    "log1p",
    "log_cosh",
    "phi",
    "sech2",
    "sigmoid",
    "softplus",
    "tanh_",
]


class Word(Function):  # type: ignore[misc]
    """A function of one real argument that SymPy leaves as it was written."""

    nargs = 1
    is_extended_real = True
    latex_name: ClassVar[str] = ""

    @classmethod
    def eval(cls, argument: Expr) -> None:
        return None

    def fdiff(self, argindex: int = 1) -> Expr:
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        return self.slope(self.args[0])

    @staticmethod
    def slope(u: Expr) -> Expr:
        """The derivative by the argument, inside the vocabulary."""
        raise NotImplementedError

    @staticmethod
    def elementary(u: Expr) -> Expr:
        """The same function in SymPy's own words."""
        raise NotImplementedError

    def _eval_rewrite(self, rule: Any, args: Any, **hints: Any) -> Expr:
        return self.elementary(*args)

    def _eval_evalf(self, prec: int) -> Expr:
        # maxn: the elementary form of expm1(1e-9) or log_cosh(1e-6) cancels, and SymPy must see through it
        value: Expr = self.elementary(*self.args).evalf(prec_to_dps(prec) + 3, maxn=400)
        return value

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        name = self.latex_name or rf"\operatorname{{{self.func.__name__}}}"
        power = f"^{{{exp}}}" if exp else ""
        return rf"{name}{power}\left({printer._print(self.args[0])}\right)"


class sigmoid(Word):
    is_positive = True

    @staticmethod
    def slope(u: Expr) -> Expr:
        return sigmoid(u) * sigmoid(-u)

    @staticmethod
    def elementary(u: Expr) -> Expr:
        return 1 / (1 + sympy.exp(-u))


class softplus(Word):
    is_positive = True

    @staticmethod
    def slope(u: Expr) -> Expr:
        return sigmoid(u)

    @staticmethod
    def elementary(u: Expr) -> Expr:
        return sympy.log(1 + sympy.exp(u))


class Phi(Word):
    is_positive = True
    latex_name = r"\Phi"

    @staticmethod
    def slope(u: Expr) -> Expr:
        return phi(u)

    @staticmethod
    def elementary(u: Expr) -> Expr:
        return (1 + sympy.erf(u / sympy.sqrt(2))) / 2


class phi(Word):
    is_positive = True
    latex_name = r"\varphi"

    @staticmethod
    def slope(u: Expr) -> Expr:
        return -u * phi(u)

    @staticmethod
    def elementary(u: Expr) -> Expr:
        return sympy.exp(-(u**2) / 2) / sympy.sqrt(2 * sympy.pi)


class erfc(Word):
    is_positive = True

    @staticmethod
    def slope(u: Expr) -> Expr:
        return -2 * sympy.sqrt(2) * phi(sympy.sqrt(2) * u)

    @staticmethod
    def elementary(u: Expr) -> Expr:
        return sympy.erfc(u)


class expm1(Word):
    @staticmethod
    def slope(u: Expr) -> Expr:
        return sympy.exp(u)

    @staticmethod
    def elementary(u: Expr) -> Expr:
        return sympy.exp(u) - 1


class log1p(Word):
    is_extended_real = None  # type: ignore[assignment]  # nan below -1

    @staticmethod
    def slope(u: Expr) -> Expr:
        return 1 / (1 + u)

    @staticmethod
    def elementary(u: Expr) -> Expr:
        return sympy.log(1 + u)


class sech2(Word):
    is_positive = True
    latex_name = r"\operatorname{sech}^{2}"

    @staticmethod
    def slope(u: Expr) -> Expr:
        return -2 * sech2(u) * tanh_(u)

    @staticmethod
    def elementary(u: Expr) -> Expr:
        return 1 / sympy.cosh(u) ** 2


class log_cosh(Word):
    is_nonnegative = True
    latex_name = r"\operatorname{log\,cosh}"

    @staticmethod
    def slope(u: Expr) -> Expr:
        return tanh_(u)

    @staticmethod
    def elementary(u: Expr) -> Expr:
        return sympy.log(sympy.cosh(u))


class tanh_(Word):
    latex_name = r"\tanh"

    @staticmethod
    def slope(u: Expr) -> Expr:
        return sech2(u)

    @staticmethod
    def elementary(u: Expr) -> Expr:
        return sympy.tanh(u)
