"""The collector waits inside the block alone, and is afterwards as it was."""

from __future__ import annotations

import gc

import pytest

from neurogebra.collector import paused


@pytest.fixture(params=[True, False], ids=["on", "off"])
def was_on(request):
    (gc.enable if request.param else gc.disable)()
    yield request.param
    gc.enable()


def test_the_collector_is_left_as_it_was_found(was_on):
    with paused():
        assert not gc.isenabled()
        with paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled() is was_on


def test_a_failure_sets_it_going_again(was_on):
    with pytest.raises(ImportError), paused():
        raise ImportError
    assert gc.isenabled() is was_on


def test_it_waits_while_sympy_is_loaded_and_works_when_a_value_is_there(python):
    code = (
        "import gc, sys\n"
        "from neurogebra import MathForge\n"
        "seen = []\n"
        "class Watch:\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'sympy.core': seen.append(gc.isenabled())\n"
        "sys.meta_path.insert(0, Watch())\n"
        "MathForge().get('gelu').eval(x=1)\n"
        "print(seen, gc.isenabled())"
    )
    done = python("-c", code)
    assert done.stdout.split() == ["[False]", "True"], done.stderr
