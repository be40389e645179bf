"""What a refused call says, for tests that pin whole messages.

A refusal is one of ours as well as the builtin that people expect, so both are asked for. Which messages are right
is known to the tests alone.
"""

from __future__ import annotations

import pytest

from neurogebra.errors import NeurogebraError


def refusal(kind, refused, *arguments, **named) -> str:
    """The message with which `refused(*arguments, **named)` raises an error of this kind."""
    with pytest.raises(kind) as raised:
        refused(*arguments, **named)
    assert isinstance(raised.value, NeurogebraError)
    return str(raised.value)
