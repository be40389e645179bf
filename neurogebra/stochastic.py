"""stub"""

from typing import Any
from neurogebra.errors import InputError


def check_generator(owner: str, rng: Any) -> None:
    import numpy as np

    if not isinstance(rng, np.random.Generator):
        raise InputError(
            f"{owner} draws noise with a numpy Generator: rng=np.random.default_rng(seed); got {rng!r:.60}."
        )
