"""Hostile formulas and files run nothing, make nothing, fetch nothing: an interpreter that watches itself says so.

Python reports each file opened, module imported, process started, connection made and code executed to an audit
hook. A fresh interpreter gets to know all it needs from harmless input; from then on everything is forbidden but a
short list, and it reads every attack there is. A twin that breaks each ban shows that the watch is awake.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from .hostile import FILES, FORMULAS, MISTAKES

WATCH = """
import sys, warnings
from pathlib import Path
sys.path.insert(0, {tests!r})
from safety.hostile import FILES, FORMULAS, MISTAKES
from neurogebra import Expression, MathForge
from neurogebra.errors import NeurogebraError

HARMLESS = {{
    "object.__getattr__", "object.__setattr__", "object.__delattr__", "sys._getframe", "builtins.id", "os.listdir",
    "os.scandir", "compile", "sys.settrace", "sys.setprofile", "gc.get_objects", "code.__new__", "marshal.loads",
    "sys.excepthook", "sys.unraisablehook",
}}
watching, happened = False, []


def forbidden(event, arguments):
    if event in HARMLESS:  # `compile` is ast.parse, which runs nothing; to run what it gives is `exec`
        return False
    if event == "open":
        return any(letter in str(arguments[1] or "r") for letter in "wax+") or not str(arguments[0]).endswith(".yaml")
    if event == "import":
        return arguments[0].partition(".")[0] not in {{"sympy", "neurogebra", "mpmath", "unicodedata", "difflib"}}
    return True


def hook(event, arguments):
    global watching
    if watching and forbidden(event, arguments):
        watching = False
        happened.append((event, str(arguments)[:200]))
        watching = True
        raise PermissionError(event)


def harmless():
    warm = Path(sys.argv[1])
    for kind in ("softmax", "glu", "rrelu", "gumbel_softmax"):  # each is a class in a module of its own
        forge.get(kind).variables
    forge.load(warm / "warm.yaml")
    e = forge.get("warm")
    e.gradient("x"), str(e), e.formula, repr(e.metadata), e.explain("advanced"), e.to_yaml()
    for broken in ("zzz(x)", "x +", "Max(x)", "where(x > 0, 1/0, 2)", "exp(exp(exp(30)))", "(-2)**x", "\u202e"):
        for door in (lambda: Expression("f", broken), lambda: forge.compose(broken)):
            try:
                door()
            except NeurogebraError:
                pass
    for broken in warm.glob("broken*.yaml"):
        try:
            forge.load(broken)
        except NeurogebraError:
            pass


def refused(door):
    try:
        door()
    except NeurogebraError:
        return 1
    return 0


forge = MathForge()
harmless()
sys.addaudithook(hook)
watching = True
count = 0
for formula, _ in FORMULAS:
    count += refused(lambda: Expression("f", formula)) + refused(lambda: forge.compose(formula))
for path in (*MISTAKES, *FILES):
    count += refused(lambda: forge.load(path))
{more}
watching = False
print(count, happened)
"""

BROKEN = {
    "open('made', 'w')": "open",
    "open('/etc/hostname')": "open",
    "exec('1')": "exec",
    "import wave": "import",
    "import os; os.system('true')": "os.system",
    "import subprocess; subprocess.Popen(['true'])": "subprocess.Popen",
    "import socket; socket.create_connection(('localhost', 9))": "socket",
    "import shutil; shutil.rmtree('made')": "shutil.rmtree",
    "import os; os.mkdir('made')": "os.mkdir",
}


@pytest.fixture
def watched(python, tmp_path, checkout):
    """Runs the watch, with a line of code at its end."""
    (tmp_path / "warm.yaml").write_text(
        "name: warm\ncategory: activation\nformula: a*Max(x, exp(x)) + erf(x)\nparams: {a: {default: 1}}\n", "utf-8"
    )
    for k, text in enumerate(("a: [", "name: x\nname: y\n", "name: broken2\ncategory: a\nformula: zzz(x)\n", "")):
        (tmp_path / f"broken{k}.yaml").write_text(text, "utf-8")

    def run(more: str = "") -> tuple[int, str]:
        line = f"try:\n    {more}\nexcept Exception:\n    pass" if more else ""
        code = WATCH.format(tests=str(checkout / "tests"), more=line)
        done = python("-W", "ignore", "-c", code, str(tmp_path))
        assert done.returncode == 0, done.stderr[-2000:]
        count, _, happened = done.stdout.strip().partition(" ")
        return int(count), happened

    return run


def test_no_attack_runs_makes_or_fetches_anything(watched, forge, tmp_path):
    """All that the watch sees is the file that this test tries to make at the end."""
    count, happened = watched("open('made', 'w')")
    entries = sum(formula in forge for formula, _ in FORMULAS)  # `sin` alone is one, in a composition
    assert count == 2 * len(FORMULAS) - entries + len(MISTAKES) + len(FILES)
    assert happened.startswith("[('open', ") and happened.count("('") == 2 and "made" in happened
    assert not Path(tmp_path, "made").exists()


@pytest.mark.slow
@pytest.mark.parametrize("what", BROKEN)
def test_the_watch_is_awake(watched, what, tmp_path):
    _, happened = watched(what)
    assert BROKEN[what] in happened
    assert not Path(tmp_path, "made").exists()
