"""Threads and processes: whoever asks, and however many ask at once, the answers are those of one alone.

Threads share one forge and its expressions; processes get expressions as pickles. A process forked while another
thread is at symbolic work must not wait for that thread, which it does not have.
"""

from __future__ import annotations

import multiprocessing
import threading
import time

import numpy as np
import pytest

from neurogebra import MathForge

THREADS = 8
AT = np.linspace(-4, 4, 41)
PROCESSES = """
import multiprocessing, operator, threading
from neurogebra import Expression, MathForge

forge = MathForge()
made = [forge.get(name) for name in ("gelu", "leaky_relu", "selu", "swish_beta")]
made += [made[1].with_params(alpha=0.3), made[0].gradient("x", 2), made[3].gradient("beta"), made[0] + made[1]]
made += [Expression("own", "a*Max(x, tanh(y))", params={"a": 0.25}, metadata={"category": "mine"})]
work = [operator.methodcaller("eval", **{name: [-1.5, 0.0, 2.0] for name in e.variables}) for e in made]


def answered(how, alone):
    with multiprocessing.get_context(how).Pool(2) as pool:
        results = [pool.apply_async(ask, (e,)) for ask, e in zip(work, made)]
        results += [pool.apply_async(Expression, ("new", "x*tanh(7*x)"))]
        answers = [result.get(timeout=60) for result in results]
    assert answers.pop() == Expression("new", "x*tanh(7*x)")
    assert [answer.tolist() for answer in answers] == alone
    print(how)


def main():
    alone = [ask(e).tolist() for ask, e in zip(work, made)]
    for how in sorted({"fork", "spawn"} & set(multiprocessing.get_all_start_methods())):
        answered(how, alone)
    if "fork" in multiprocessing.get_all_start_methods():
        from neurogebra.compile.choose import LOCK
        taken, done = threading.Event(), threading.Event()

        def hold():
            with LOCK:
                taken.set()
                done.wait(0.3)

        threading.Thread(target=hold).start()
        taken.wait()
        answered("fork", alone)


if __name__ == "__main__":
    main()
"""


def answers(forge: MathForge, name: str) -> list[object]:
    """All that one worker does with one entry: getting, showing, differentiating, evaluating, combining."""
    e = forge.get(name)
    slopes = [e.gradient("x"), e.gradient("x", 2), *(e.gradient(parameter) for parameter in e.params)]
    forms = [e, *slopes, e * forge.get("tanh"), -e]
    return [
        (str(form), form.formula, form.eval(x=0.7), form.eval(x=-2), form.eval(x=AT).tolist(), hash(form) == hash(form))
        for form in forms
    ]


def played(seconds: float) -> int:
    """How many entries 8 threads went through, in different orders, each compared with what one thread got."""
    forge = MathForge()
    names = [name for name in forge.list_all(category="activation") if forge.get(name).kind == "elementwise"][:16]
    failures: list[BaseException] = []
    done: list[tuple[str, list[object]]] = []
    start, end = threading.Barrier(THREADS), time.monotonic() + seconds

    def run(k: int) -> None:
        try:
            start.wait(timeout=60)
            mine = forge if k % 2 else MathForge()
            turn = k
            while time.monotonic() < end or turn < k + 2:
                name = names[(turn * (2 * k + 1)) % len(names)]
                done.append((name, answers(mine, name)))
                turn += 1
                mine = mine if k % 2 else MathForge()
        except BaseException as failed:
            failures.append(failed)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not failures
    assert not any(thread.is_alive() for thread in threads)
    alone = {name: answers(MathForge(), name) for name in {name for name, _ in done}}
    wrong = [name for name, got in done if repr(got) != repr(alone[name])]  # repr, since nan is not nan
    assert not wrong
    return len(done)


def test_eight_threads_get_what_one_gets():
    assert played(0.5) >= 2 * THREADS


@pytest.mark.slow
def test_eight_threads_get_what_one_gets_for_twenty_seconds():
    assert played(20) > 100


@pytest.mark.slow
def test_expressions_evaluate_alike_in_other_processes(python, tmp_path):
    """Forked, spawned, and forked while a thread was at symbolic work."""
    script = tmp_path / "workers.py"
    script.write_text(PROCESSES, "utf-8")
    done = python("-W", "ignore", str(script))
    ways = [how for how in ("fork", "spawn", "fork") if how in multiprocessing.get_all_start_methods()]
    assert done.stdout.split() == ways, done.stderr[-3000:]
