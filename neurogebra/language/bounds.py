"""Every limit on what a stranger's file or formula may ask for, each with its reason.

A text within these limits is read, built and written in milliseconds, whatever it says; a text beyond them is
refused before the work that it asks for. They stand in one place so that a limit is a number to look up and
never a habit of the code. Nothing here knows what a formula or a file means.
"""

from __future__ import annotations

from typing import Final

# Formulas -------------------------------------------------------------------------------------------------

FORMULA_CHARACTERS: Final = 4_096
"""Longest formula text, looked at before Python's parser sees it: 20,000 `-` make it raise MemoryError."""

FORMULA_NODES: Final = 500
"""Most parts of one formula (numbers, names, operations, calls); also of a composed one. The longest formula
found in the literature has about 90; leaky_relu composed with itself 8 times has 19,922."""

FORMULA_DEPTH: Final = 64
"""Deepest nesting of one formula. SymPy walks trees by recursion, several Python frames a level, and Python
allows 1,000 frames: 64 levels leave room for the caller's own."""

NAME_CHARACTERS: Final = 64
"""Longest name of a symbol or an entry."""

NUMBER_CHARACTERS: Final = 1_300
"""Longest number text: an integer of NUMBER_BITS has 1,234 digits."""

NUMBER_BITS: Final = 4_096
"""Most bits in the numerator or denominator of a constant, counted before it is computed: 9**9**9 has 1e9."""

POWER_EXPONENT: Final = 64
"""Largest exponent: of a symbol in size, of a number in numerator and in denominator. The derivative of x**64
is still readable, and no activation function of the literature goes beyond 16."""

EXTREMUM_ARGUMENTS: Final = 8
"""Most arguments of Max and Min: SymPy compares each with each, 0.84 s for 40 sines."""

PIECEWISE_ARMS: Final = 32
"""Most arms of one Piecewise, typed or found by differentiation."""

DERIVATIVE_OPERATIONS: Final = 20_000
"""Most operations of a derivative: beyond it nobody reads it and compiling takes seconds."""

# Files ----------------------------------------------------------------------------------------------------

FILE_BYTES: Final = 256 * 1_024
"""Largest YAML file: the longest entry needs about 8 KiB."""

FILE_EVENTS: Final = 2_500
"""Most YAML events (keys, values, opened and closed lists) of a file: each costs 6 to 10 microseconds, twice that on
a busy machine, and a refusal 50 milliseconds at most. The longest entry has 785."""

FILE_DEPTH: Final = 20
"""Deepest nesting of a YAML file: the C loader crashes the interpreter between 20,000 and 50,000 levels."""

FILE_VARIANTS: Final = 16
"""Most variants of one entry: each is checked as an entry of its own, 800 of them for 3 s. The most that one has
is 2."""
