"""The picture of README: `python -m benchmarks.picture` draws docs/activations.svg with the library's own plot.

On the left four activations in one picture, on the right one of them with its first two slopes. The file is the
same at every run with the same matplotlib, so that a change of it is a change of the drawing.
"""

from __future__ import annotations

import sys
from pathlib import Path

from neurogebra import MathForge

PLACE = Path(__file__).resolve().parent.parent / "docs" / "activations.svg"
NAMES = ("relu", "gelu", "elu", "tanh")


def draw(place: Path = PLACE) -> Path:
    """Draw the picture into a file."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    from neurogebra.show.plot import saved

    forge = MathForge()
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9.6, 3.6), layout="constrained")
    forge.plot(NAMES, ax=left)
    forge.get("gelu").plot(ax=right, derivatives=[1, 2])
    figure.patch.set_facecolor("white")  # a page may be dark
    saved(left, place)
    return place


if __name__ == "__main__":
    print(f"drew {draw()}", file=sys.stderr)
