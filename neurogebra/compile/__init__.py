"""SymPy to callables: a plan of steps, the same plan made safe for floating point, and one file per target."""
