"""Files drawn at random by hypothesis: bytes, texts that look like YAML, and entries that somebody spoiled.

A spoiled entry keeps most of what makes it one, so that it comes far into the reader before it is wrong; what is
put in is what has crashed, filled or fooled readers of YAML before. Nothing here says what should become of it.
"""

from __future__ import annotations

from hypothesis import strategies as st

from neurogebra.catalogue.places import packaged, yaml_files

from .hostile import FILES, FORMULAS, MISTAKES, TESTS

SAMPLES = sorted((TESTS / "catalogue" / "samples").glob("*.yaml"))
SEEDS = [(path.stem, path.read_bytes()) for path in (*yaml_files(packaged()), *SAMPLES, *MISTAKES, *FILES)]

#: pieces of YAML, of formulas and of attacks
PIECES = [
    *"& * ! | > ? - [ ] { } , : # ' \" % @ ` ~ = + ( ) \n \r \t \\".split(" "),
    *("&a ", "*a", "<<: *a", "!!python/object/apply:os.system [ls]", "!!binary ", "! ", "? ", "- ", ": ", " #", "--- ", "...\n"),
    *("%YAML 1.1\n", "%TAG ! tag:\n", "\ufeff", "\u202e", "\u200b", "\x00", "\x1b[2J", "\x85", "\u2028", "\ud800", "\ue000"),
    *("no", "on", "null", "true", "false", ".nan", "-.inf", "1e999", "1e-400", "0o17", "017", "12:30", "1_000", "9" * 5000),
    *("9**9**9", "exp(exp(exp(30)))", "__import__('os')", "x**x**x", "1/0", "(" * 300, "[" * 30, "{a: " * 30, "- " * 30),
    *("x", "alpha", "Max(x, 0)", "Piecewise((x, x > 0), (0, True))", "\"[0, oo)\"", "(-oo, oo)", "[1, 0]", "nan", "oo", "-oo"),
    *("name: relu\n", "formula: x\n", "params: {a: {default: 1}}\n", "constants: {c: 1e9}\n", "variants: {v: {formula: x}}\n"),
    *("aliases: [a, a]\n", "rank: 1\n", "kind: vector\n", "rewrite: x\n", "<script>alert(1)</script>", "\\input{/etc/passwd}"),
]  # fmt: skip


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


pieces = st.one_of(st.sampled_from(PIECES).map(_encoded), st.binary(min_size=1, max_size=6))


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, bytes]:
    """An entry with one to five edits, and the name that its file should have."""
    stem, content = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 2, 3, 5]))):
        content = draw(st.sampled_from(EDITS))(draw, content)
    return stem, content


def _place(draw: st.DrawFn, content: bytes) -> int:
    return draw(st.integers(0, len(content)))


def _put_in(draw: st.DrawFn, content: bytes) -> bytes:
    at = _place(draw, content)
    return content[:at] + draw(pieces) + content[at:]


def _cut_out(draw: st.DrawFn, content: bytes) -> bytes:
    at = _place(draw, content)
    return content[:at] + content[at + draw(st.integers(1, 40)) :]


def _put_again(draw: st.DrawFn, content: bytes) -> bytes:
    at, to = _place(draw, content), _place(draw, content)
    return content[:to] + content[at : at + draw(st.integers(1, 80))] * draw(st.sampled_from([1, 2, 50])) + content[to:]


def _line(draw: st.DrawFn, content: bytes) -> tuple[list[bytes], int]:
    lines = content.split(b"\n")
    return lines, draw(st.integers(0, len(lines) - 1))


def _other_value(draw: st.DrawFn, content: bytes) -> bytes:
    """A field keeps its name and gets another value: a piece, or what some other field has."""
    lines, at = _line(draw, content)
    name, colon, old = lines[at].partition(b": ")
    if colon:
        others, other = _line(draw, draw(st.sampled_from(SEEDS))[1])
        new = draw(st.one_of(pieces, st.just(others[other].partition(b": ")[2])))
        lines[at] = name + colon + draw(st.sampled_from([new, old + new, b'"' + new + b'"']))
    return b"\n".join(lines)


def _other_line(draw: st.DrawFn, content: bytes) -> bytes:
    lines, at = _line(draw, content)
    others, other = _line(draw, draw(st.sampled_from(SEEDS))[1])
    lines[at : at + draw(st.integers(0, 1))] = [others[other]]
    return b"\n".join(lines)


def _other_indent(draw: st.DrawFn, content: bytes) -> bytes:
    lines, at = _line(draw, content)
    lines[at] = b" " * draw(st.integers(0, 6)) + lines[at].lstrip()
    return b"\n".join(lines)


EDITS = (_put_in, _cut_out, _put_again, _other_value, _other_value, _other_line, _other_indent)

texts = st.lists(st.sampled_from(PIECES), max_size=60).map(lambda some: _encoded("".join(some)))
drawn_files = st.one_of(
    spoiled(),
    spoiled(),
    spoiled(),
    st.tuples(st.just("bytes"), st.one_of(st.binary(max_size=300), texts)),
)
"""(name without .yaml, bytes)"""


_HOSTILE = [formula for formula, _ in FORMULAS]
_TOKENS = [
    *PIECES,
    *"+-*/^<>&|~(),.=",
    "**",
    "<=",
    " ",
    *"0123456789",
    "sin(",
    "Max(",
    "where(",
    "Eq(",
    "E",
    "1e5",
    "abs(",
    ")" * 9,
]


@st.composite
def drawn_texts(draw: st.DrawFn) -> str:
    """A formula or an attack with a few pieces put in, cut out or repeated; or any text."""
    text: str = draw(st.one_of(st.sampled_from(_HOSTILE), st.text(max_size=30)))
    for _ in range(draw(st.integers(0, 6))):
        at, to = draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))
        if draw(st.booleans()):
            text = text[:at] + draw(st.one_of(st.sampled_from(_TOKENS), st.characters())) + text[at:]
        else:
            text = text[:at] + text[to : to + 20] * draw(st.sampled_from([0, 1, 2, 30])) + text[at + 3 :]
    return text
