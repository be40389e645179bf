"""YAML files to frozen entries and back: the catalogue as data.

An entry that leaves this room has been read field by field, and each complaint named file, line and field.
Formulas stay text here: nothing in this room knows SymPy or arrays, and this file imports nothing, so that a
list of names costs a folder walk and no more.
"""
