"""SymPy to LaTeX, generated whole: no text that anyone typed reaches it except checked names.

Fractions, roots and decimals stand as in the text that writer.py gives, so that the two can be read side by
side; the words of the vocabulary bring their own LaTeX. Symbols are ASCII letters, digits and _, which LaTeX
cannot run; nothing here knows notebooks or pages.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import sympy
from sympy import Basic, Expr
from sympy.core.alphabets import greeks
from sympy.core.relational import Relational
from sympy.printing.conventions import split_super_sub
from sympy.printing.latex import LatexPrinter, tex_greek_dictionary

from neurogebra.language.layout import Factor, conditions_of, product_of, sides_of, terms_of
from neurogebra.language.numbers import write_decimal

__all__ = ["latex"]

_CAPITALS: Final = ("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Psi", "Omega")
_GREEK: Final = {name: f"\\{name}" for name in (*greeks, *_CAPITALS)} | tex_greek_dictionary
_SIGNS: Final = {"==": "=", "!=": r"\neq", ">": ">", "<": "<", ">=": r"\geq", "<=": r"\leq"}


def latex(expr: Basic) -> str:
    """The LaTeX of an expression.

    >>> x, alpha = sympy.symbols("x alpha", real=True)
    >>> print(latex(alpha * x / sympy.sqrt(2) + sympy.Rational("0.044715")))
    \\frac{\\alpha x}{\\sqrt{2}} + 0.044715
    """
    return str(_Typesetter().doprint(expr))


class _Typesetter(LatexPrinter):  # type: ignore[misc]
    """SymPy's printer, with numbers, products and names as the language writes them."""

    def _print_Rational(self, expr: sympy.Rational) -> str:
        decimal = write_decimal(Fraction(expr.p, expr.q))
        if decimal is None:
            sign = "- " if expr.p < 0 else ""
            return rf"{sign}\frac{{{abs(expr.p)}}}{{{expr.q}}}" if expr.q > 1 else str(expr.p)
        digits, _, power = decimal.partition("e")
        if not power:
            return decimal
        return rf"10^{{{power}}}" if digits == "1" else rf"{digits} \cdot 10^{{{power}}}"

    _print_Integer = _print_Rational
    _print_Half = _print_Rational

    def _print_Mul(self, expr: Expr) -> str:
        product = product_of(expr)
        over = self._factors(product.over) or "1"
        text = rf"\frac{{{over}}}{{{self._factors(product.under)}}}" if product.under else over
        return f"- {text}" if product.negative else text

    def _print_Pow(self, expr: sympy.Pow) -> str:
        if expr.exp.is_Rational and (expr.exp < 0 or abs(expr.exp) == sympy.S.Half):
            return self._print_Mul(expr)
        return self._power((expr.base, expr.exp))

    def _print_Symbol(self, expr: sympy.Symbol, style: str = "plain") -> str:
        name, above, below = split_super_sub(expr.name)
        below = [*above, *below]  # "alpha_2" and "alpha2" are both alpha with a 2 below
        return self._name(name) + (f"_{{{', '.join(map(self._name, below))}}}" if below else "")

    def _print_Relational(self, expr: Relational) -> str:
        left, sign, right = sides_of(expr)
        return f"{self._print(left)} {_SIGNS[sign]} {self._print(right)}"

    def _print_And(self, expr: Basic) -> str:
        return self._joined(expr, r"\wedge")

    def _print_Or(self, expr: Basic) -> str:
        return self._joined(expr, r"\vee")

    def _joined(self, expr: Basic, sign: str) -> str:
        """Conditions side by side; those that are joined themselves stand in brackets."""
        texts = []
        for part in conditions_of(expr):
            text = self._print(part)
            texts.append(rf"\left({text}\right)" if isinstance(part, sympy.And | sympy.Or) else text)
        return f" {sign} ".join(texts)

    def _as_ordered_terms(self, expr: Expr, order: str | None = None) -> list[Expr]:
        return terms_of(expr)

    def _factors(self, factors: tuple[Factor, ...]) -> str:
        if len(factors) == 1 and factors[0][1] == 1:
            return str(self._print(factors[0][0]))
        texts = [self._power(factor) for factor in factors]
        joined = texts[0] if texts else ""
        for text in texts[1:]:
            joined += (r" \cdot " if text[0].isdigit() else " ") + text
        return joined

    def _power(self, factor: Factor) -> str:
        base, exponent = factor
        if exponent == 1 and base.is_Rational:
            return str(self._print(base))
        if exponent == 1:
            return str(self.parenthesize(base, sympy.printing.precedence.PRECEDENCE["Mul"]))
        if exponent == sympy.S.Half:
            return rf"\sqrt{{{self._print(base)}}}"
        return str(super()._print_Pow(sympy.Pow(base, exponent)))

    def _name(self, name: str) -> str:
        if name in _GREEK:
            return str(_GREEK[name])
        return name if len(name) == 1 or name.isdigit() else rf"\mathrm{{{name}}}"

    def _print_bool(self, expr: Any) -> str:
        return rf"\text{{{expr}}}"
