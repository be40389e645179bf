"""`python -m neurogebra` is the `neurogebra` command: the same arguments, output and exit codes.

It exists for environments whose scripts are not on the path. All it knows is where the command lives.
"""

from __future__ import annotations

import sys

from neurogebra.cli import main

if __name__ == "__main__":
    sys.exit(main())
