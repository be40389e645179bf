"""A new file of the catalogue to fill in: every field a first function needs, each with what to put there.

The file that is written can be read as it stands and says of itself that nothing is filled in, so that a
mistake made while filling it in is the writer's own and named by line. A file that exists is never touched.
It knows the fields from the schema and no function.
"""

from __future__ import annotations

from pathlib import Path

from neurogebra.catalogue.schema import read_entry_text
from neurogebra.errors import NameTaken, UsageError

__all__ = ["write_blank"]

BLANK = """\
# One function. The fields and rules are in the catalogue's README; what this file claims can be checked.
name: {name}                       # small letters, digits and _
title: {title}
category: activation
tags: [to-be-filled-in]
aliases: []

formula: x*sigmoid(beta*x)         # YOURS HERE; its variable is x, every other letter is a parameter
params:
  beta:
    default: 1
    domain: "(0, oo)"              # values outside it are refused
    typical: "[0.5, 3]"            # where tests and plots draw
    trainable: false
    meaning: What it does.

description: What it does, in a sentence.
usage: Where people use it.
pros:
  - A reason for it
cons:
  - A reason against it

examples:                          # values from somewhere else than this formula, to as many digits as are known
  - {{x: 0, value: 0}}
"""


def write_blank(name: str) -> Path:
    """Write `name`.yaml into the current folder; answers with its path.

    Raises EntryError for what cannot be a name, NameTaken where the file exists.
    """
    text = BLANK.format(name=name, title=name.replace("_", " ").capitalize())
    read_entry_text(text, name)
    path = Path(f"{name}.yaml")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise NameTaken(f"{path} is there already and stays as it is; choose another name, or edit it.") from None
    except OSError as refused:
        raise UsageError(f"{path} cannot be written: {refused.strerror}.") from None
    return path
