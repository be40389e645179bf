"""neurogebra: formulas of machine learning as data, evaluated, differentiated, explained and checked.

>>> from neurogebra import MathForge
>>> forge = MathForge()
>>> forge.get("gelu").eval(x=1)
0.8413447460685429

The public names are found here and loaded when first touched, so that `import neurogebra` costs no more than
its errors. Nothing heavy may be imported by this file: neither SymPy nor NumPy nor any part that needs them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from neurogebra.errors import NeurogebraError

if TYPE_CHECKING:
    from neurogebra.expression import Expression
    from neurogebra.forge import MathForge
    from neurogebra.layer import Layer
    from neurogebra.vector import VectorExpression

__all__ = ["Expression", "Layer", "MathForge", "NeurogebraError", "VectorExpression", "__version__"]

__version__ = "0.1.0"

#: public name -> the module that holds it
_HOMES = {
    "MathForge": "neurogebra.forge",
    "Expression": "neurogebra.expression",
    "VectorExpression": "neurogebra.vector",
    "Layer": "neurogebra.layer",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"neurogebra has no name {name!r}; it offers {', '.join(__all__)}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value  # the next look-up is a plain one
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
