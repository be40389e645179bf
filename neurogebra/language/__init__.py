"""Text to SymPy and back: the formula language, its vocabulary and its bounds.

Nothing in this room knows YAML or arrays, and nothing in it runs text as code.
The light half (bounds, numbers, interval) uses the standard library alone, so that the catalogue can be read
without SymPy; this file imports nothing for the same reason.
"""
