"""The notebook card: what it says, that it is well formed, and that nothing in it can run or fetch.

The HTML is read by a parser of the standard library, which sees tags and attributes as a browser does. A
stranger's metadata is put into every field, and must come out as letters.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from neurogebra import Expression, MathForge
from neurogebra.show.card import html, safe
from neurogebra.show.sources import link_of

FORGE = MathForge()
ATTACK = """</style></div><script>alert(1)</script><img src=x onerror="alert(2)">'"&amp; $\\href{javascript:alert(3)}{x}$ \\(x\\)"""


class Seen(HTMLParser):
    """Tags, attributes and texts of a page; `open` is the stack of what is not yet closed."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.texts, self.open, self.crossed = set(), [], [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.texts.append(data)

    @property
    def text(self):
        return "".join(self.texts)


def test_the_card_of_leaky_relu_says_what_its_entry_says():
    seen = Seen(html(FORGE.get("leaky_relu", {"alpha": 0.2})))
    entry = FORGE.get("leaky_relu").metadata
    said = ["leaky_relu", entry["title"], *entry["aliases"], *entry["pros"], *entry["cons"], entry["description"]]
    said += [entry["usage"], "Piecewise((x, x > 0), (alpha*x, True))", "Piecewise((1, x > 0), (alpha, True))"]
    said += ["in [0, oo)", "0.2", "Slope on the negative side.", "torch.nn.functional.leaky_relu(negative_slope=alpha)"]
    for text in said:
        assert text in seen.text, text
    assert {"svg", "math", "style"} <= seen.tags


def test_references_are_links_to_https():
    seen = Seen(html(FORGE.get("gelu")))
    links = [value for tag, name, value in seen.attributes if name == "href"]
    assert links == ["https://arxiv.org/abs/1606.08415"]


def test_the_variant_says_which_it_is():
    assert "the tanh variant" in Seen(html(FORGE.get("gelu_tanh"))).text


ALLOWED = set(
    "div style b span code p details summary table thead tbody tr th td ul li a i svg line path circle text "
    "math mrow mi mn mo mfrac msup msub msqrt mtable mtr mtd mtext mspace".split()
)


@pytest.mark.slow
def test_every_card_is_well_formed_and_fetches_nothing():
    for name in FORGE.list_all():
        page = html(FORGE.get(name))
        seen = Seen(page)
        assert seen.open == seen.crossed == [], name
        assert seen.tags <= ALLOWED, name
        drawn = page[page.find("<svg") : page.find("</svg>")]
        assert "nan" not in drawn and "inf" not in drawn and len(drawn) < 20_000, name
        assert all(value.startswith("https://") for _, key, value in seen.attributes if key == "href"), name
        assert {key for _, key, _ in seen.attributes}.isdisjoint({"src", "onload", "onclick", "onerror"}), name
        assert "url(" not in page and "@import" not in page and "<script" not in page


def hostile():
    fields = "title description usage note pros cons aliases tags category".split()
    metadata = dict.fromkeys(fields, ATTACK) | {"pros": [ATTACK], "cons": [ATTACK, {"a": ATTACK}]}
    metadata["references"] = [
        {"title": ATTACK, "authors": [ATTACK], "url": "javascript:alert(4)"},
        {"title": "b", "url": 'https://x" onmouseover="alert(5)'},
        {"title": "c", "arxiv": '1" onclick="alert(6)', "doi": 5},
        {"title": "d", "url": "data:text/html,x"},
        ATTACK,
        5,
    ]
    return Expression(f"f {ATTACK}", "x", metadata=metadata)


def test_metadata_of_a_stranger_stays_text():
    page = html(hostile())
    seen = Seen(page)
    assert seen.open == seen.crossed == []
    assert seen.tags <= ALLOWED
    assert not [attribute for attribute in seen.attributes if attribute[1].startswith("on")]
    links = [value for _, name, value in seen.attributes if name == "href"]
    assert links and all(link.startswith("https://") for link in links)
    assert "<script>alert(1)</script>" in seen.text  # as letters


def test_no_text_of_a_card_is_taken_for_mathematics():
    """Notebooks typeset what stands between two $ in one run of text; each $ and \\ is alone in a span."""
    seen = Seen(html(hostile()))
    for text in seen.texts:
        assert text.count("$") + text.count("\\") == 0 or len(text) == 1, text
    assert 'class="ng-card tex2jax_ignore mathjax_ignore"' in html(hostile())


def test_no_letter_of_a_stranger_moves_a_cursor(monkeypatch):
    """Metadata with such letters is refused where it is given; here it is let in, to see that the faces mask it too."""
    monkeypatch.setattr("neurogebra.parameters.first_unseen", lambda text: None)
    escape = "red \x1b[31m\x07\u202e end"
    forge = MathForge()
    fields = {"description": escape, "title": escape, "pros": [escape], "references": [{"title": escape}, escape]}
    forge.register("f", Expression("f", "x", metadata=fields))
    shown = [forge.explain("f", "advanced"), str(forge.compare(["f"], columns=["title"])), html(forge.get("f"))]
    for text in shown:
        assert "red \\x1b[31m\\x07\\u202e end" in Seen(text).text
        assert not set(text) & set("\x1b\x07\u202e")


def test_a_card_that_lets_markup_through_is_found(monkeypatch):
    monkeypatch.setattr("neurogebra.show.card.safe", str)
    assert "script" in Seen(html(hostile())).tags


@pytest.mark.parametrize("text", ["<", ">", "&", '"', "'", "$", "\\"])
def test_safe_leaves_no_sign_as_it_was(text):
    assert safe(text) != text


def test_links_come_from_numbers_and_https_alone():
    assert link_of({"doi": "10.1000/182"}) == "https://doi.org/10.1000/182"
    assert link_of({"url": "https://example.org/a?b=c#d"}) == "https://example.org/a?b=c#d"
    for url in ("http://example.org", "javascript:alert(1)", " https://x", "//x", "HTTPS://x", 5, None):
        assert link_of({"url": url}) is None


def test_light_and_dark_are_both_there_and_a_page_that_says_it_is_light_stays_light():
    style = re.search("<style>(.*?)</style>", html(FORGE.get("relu"))).group(1)
    assert "@media(prefers-color-scheme:dark)" in style
    dark, light = style.index('[data-jp-theme-light="false"]'), style.index('[data-jp-theme-light="true"]')
    assert style.index("@media") < dark < light < style.index("{color:var(--ng-ink)")


def test_a_notebook_may_choose_between_text_latex_and_html():
    bundle = FORGE.get("gelu")._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/latex", "text/html"}
    first, *sketch = bundle["text/plain"].splitlines()
    assert first == repr(FORGE.get("gelu")) and len(sketch) == 7
    assert bundle["text/latex"] == FORGE.get("gelu")._repr_latex_()


def test_what_has_no_curve_or_no_entry_has_a_card_all_the_same():
    several = Expression("plane", "x*y + k", params={"k": [1.0, 2.0, 3.0, 4.0, 5.0]})
    seen = Seen(html(several))
    assert "svg" not in seen.tags and "slope by y" in seen.text and "1, 2, 3, 4, ... (shape (5,))" in seen.text
    assert several._repr_mimebundle_()["text/plain"] == repr(several)


def test_an_entry_with_chance_shows_the_form_without_it_and_the_one_with_it():
    seen = Seen(html(FORGE.get("dropout"))).text
    assert str(FORGE.get("dropout")) == "x" and FORGE.get("dropout").entry.formula == "x*keep/(1 - p)"
    assert "with chancex*keep/(1 - p)" in seen and "dropout(x)xx" in seen


def test_a_derivative_that_is_a_wall_is_left_out():
    wall = Expression("wall", "*".join(f"(x**{n} + sin({n}*x))" for n in range(2, 30)))
    assert len(html(wall)) < 60_000
