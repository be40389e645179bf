"""Metadata with HTML, LaTeX commands and control characters: refused, or shown so that no face obeys it.

The faces are the texts of an expression, its LaTeX, its card in a notebook where there is one, tables, and the
command line. What a terminal obeys is refused at the door; what a browser obeys stands escaped in the card.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest

from neurogebra import Expression, MathForge
from neurogebra.errors import EntryError, InputError
from neurogebra.language.unseen import first_unseen

HTML = "<script>alert(1)</script><img src=x onerror=alert(2)>"
LATEX = r"$\input{/etc/passwd}$ \write18{ls} $$ \href{javascript:alert(3)}{x}"
BOTH = f"{HTML} & {LATEX}"
TEXTS = ("title", "description", "usage", "note")
LISTS = ("tags", "pros", "cons")
MEANING = {**dict.fromkeys(TEXTS, BOTH), **{name: [BOTH] for name in LISTS}}
TAGS = re.compile(r'<(script|img|iframe|svg(?! class="ng-curve")|a\s)', re.IGNORECASE)  # the curve is our own
UNSEEN = ["\x1b[2J", "\x07", "\x00", "\u202e", "\u200b", "\x9b", "\ud800", "\u2028"]


def loaded(tmp_path) -> Expression:
    """An entry that says everything in HTML and LaTeX."""
    fields = "".join(f"{name}: {json.dumps(value)}\n" for name, value in MEANING.items())
    params = f"params: {{alpha: {{default: 1, meaning: {json.dumps(BOTH)}}}}}\n"
    kinks = f"kinks:\n  - {{at: 0, order: 1, left: 0, right: 1, note: {json.dumps(BOTH)}}}\n"
    sources = (
        f"references:\n  - {{title: {json.dumps(BOTH)}, authors: [{json.dumps(BOTH)}], venue: {json.dumps(BOTH)}}}\n"
    )
    text = f"name: loud\ncategory: activation\nformula: alpha*Max(0, x)\n{fields}{params}{kinks}{sources}"
    (tmp_path / "loud.yaml").write_text(text, "utf-8")
    forge = MathForge()
    forge.load(tmp_path / "loud.yaml")
    return forge.get("loud")


def typed() -> Expression:
    return Expression(HTML[:60], "alpha*Max(0, x)", params={"alpha": 1}, metadata={**MEANING, "category": BOTH})


@pytest.fixture(params=["loaded", "typed", "derivative"])
def loud(request, tmp_path):
    """Where loud words can come from: a file, a mapping, and a name that a derivative repeats."""
    if request.param == "derivative":
        return typed().gradient("x")
    return loaded(tmp_path) if request.param == "loaded" else typed()


def test_a_notebook_is_given_no_tag_and_no_command_that_a_stranger_wrote(loud):
    """LaTeX is generated whole, and a card escapes what it quotes."""
    assert "input" not in loud.formula and "write18" not in loud.formula and "href" not in loud.formula
    bundle = loud._repr_mimebundle_()
    latex, page = (loud._repr_latex_(), bundle["text/latex"]), bundle["text/html"]
    for text in latex:
        assert not any(command in text for command in (r"\input", r"\write18", r"\href"))
    for text in (*latex, page):
        assert "alert" not in text or not TAGS.search(text), "a tag of a stranger's"
    outside = re.sub(r"<(code|pre)\b.*?</\1>", "", page, flags=re.DOTALL)  # MathJax looks for dollars in a card, too
    assert r"$\input" not in outside, "a stranger's LaTeX would be typeset"


def test_a_terminal_is_given_what_was_written_and_nothing_it_obeys(loud):
    faces = [str(loud), repr(loud), repr(loud.metadata), loud.to_yaml() if loud.name.isidentifier() else ""]
    faces += [loud.explain(level) for level in ("beginner", "intermediate", "advanced")]
    for face in faces:
        assert first_unseen(face) is None


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_what_a_terminal_obeys_is_refused_in_metadata_however_deep(unseen):
    for metadata in ({"title": f"a{unseen}b"}, {"tags": ["a", ("b", {"c": unseen})]}, {unseen: 1}):
        with pytest.raises(
            InputError, match=rf"^metadata, '.*': U\+{ord(unseen[0]):04X} \(.*\) cannot be seen; delete it\.$"
        ):
            Expression("f", "x", metadata=metadata)
    with pytest.raises(InputError, match="an expression's name is a printable text; got"):
        Expression(f"f{unseen}", "x")


def test_lines_tabs_and_letters_of_any_language_may_stand_in_metadata():
    text = "Müller:\n\tein Łukasiewicz 福島"
    assert Expression("f", "x", metadata={"description": text}).metadata["description"] == text


def test_metadata_that_holds_itself_is_looked_at_once():
    loop: list[object] = ["a"]
    loop.append(loop)
    assert Expression("f", "x", metadata={"tags": loop}).metadata["tags"][0] == "a"


@pytest.mark.parametrize(
    "field",
    ["url: 'javascript:alert(1)'", "url: http://example.org", "url: 'https://a\"onclick=b'", "doi: '10.1/<script>'"],
)
def test_links_are_https_and_hold_nothing_that_ends_them(forge, tmp_path, field):
    (tmp_path / "f.yaml").write_text(
        f"name: f\ncategory: activation\nformula: x\nreferences:\n  - {{title: a, {field}}}\n", "utf-8"
    )
    with pytest.raises(EntryError, match=r"f\.yaml:5: references\[0\]\.(url|doi): .* does not fit; write it like"):
        forge.load(tmp_path / "f.yaml")


def test_names_that_generated_code_uses_are_only_letters_to_it():
    """Row 1: a symbol may be called as the compiled code calls its own; it gets another name there."""
    names = "x0 x1 v1 v2 e1 q1 f appeal near edge ulp math numpy select builtins print".split()
    for name, other in pairwise(names):
        f = Expression("f", f"{name} + 2*exp({other})", params={other: 0.0})
        assert f.eval(**{name: 3.0}) == 5.0
        assert f.eval(**{name: [3.0, 4.0]}).tolist() == [5.0, 6.0]
        code = f._function().scalar.__code__
        assert all(re.fullmatch("[xve][0-9]+", local) for local in code.co_varnames)
