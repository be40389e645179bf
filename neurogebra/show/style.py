"""The style sheet of cards and tables in notebooks, light and dark.

Colours are variables: the light ones stand by themselves, the dark ones answer the reader's system and the marks
that Jupyter, VS Code and Colab put on their pages, and a page that says it is light stays light. Curves differ in
stroke as well as in colour, for readers who see few colours. It knows no expression.
"""

from __future__ import annotations

__all__ = ["STYLE"]

_LIGHT = "--ng-ink:#1b1f24;--ng-soft:#59636e;--ng-line:#d1d9e0;--ng-page:#ffffff;--ng-f:#0b62c4;--ng-slope:#b35900"
_DARK = "--ng-ink:#e6edf3;--ng-soft:#9aa5b1;--ng-line:#3d444d;--ng-page:#15191f;--ng-f:#6cb6ff;--ng-slope:#f0a35e"
_DARK_PAGES = (
    'body[data-jp-theme-light="false"]', "body.vscode-dark", "body.vscode-high-contrast", "html[theme=dark]",
    'html[data-theme="dark"]',
)  # fmt: skip
_LIGHT_PAGES = (
    'body[data-jp-theme-light="true"]',
    "body.vscode-light",
    "html[theme=light]",
    'html[data-theme="light"]',
)


def _on(pages: tuple[str, ...], colours: str) -> str:
    return f"{','.join(f'{page} .ng-card' for page in pages)}{{{colours}}}"


_RULES = """
.ng-card{color:var(--ng-ink);background:var(--ng-page);border:1px solid var(--ng-line);border-radius:6px;
 padding:12px 16px;max-width:860px;font:14px/1.45 system-ui,sans-serif;overflow-wrap:anywhere;text-align:left}
.ng-card p{margin:6px 0}
.ng-card code{font:12px/1.4 ui-monospace,Menlo,Consolas,monospace;color:var(--ng-soft);background:none;padding:0}
.ng-card .ng-head b{font-size:19px;margin-right:6px}
.ng-card .ng-also,.ng-card .ng-legend,.ng-card .ng-note{color:var(--ng-soft);font-size:12px}
.ng-card .ng-figure{display:flex;flex-wrap:wrap;gap:8px 20px;margin-top:8px}
.ng-card .ng-formulas{flex:1 1 300px;min-width:0}
.ng-card .ng-picture{flex:0 1 340px;min-width:220px}
.ng-card .ng-label{color:var(--ng-soft);font-size:11px;letter-spacing:.04em;margin-top:9px}
.ng-card summary{color:var(--ng-soft);font-size:12px;margin-top:9px;cursor:pointer}
.ng-card .ng-math{overflow-x:auto;overflow-y:hidden;padding:3px 0}
.ng-card math{font-family:"Latin Modern Math","STIX Two Math","Cambria Math","Asana Math",math;font-size:17px;
 width:fit-content;margin:0;color:var(--ng-ink)}
.ng-card .ng-cases mtd{text-align:left;padding:3px 8px 3px 2px}
.ng-card .ng-wide{overflow-x:auto;overflow-wrap:normal}
.ng-card table{border-collapse:collapse;margin:2px 0;border:0;font-size:13px}
.ng-card tr,.ng-card tr:hover,.ng-card tr:nth-child(even){background:none}
.ng-card th,.ng-card td{text-align:left;vertical-align:top;padding:1px 14px 1px 0;border:0;max-width:440px;
 color:var(--ng-ink)}
.ng-card td:last-child{min-width:110px}
.ng-card th{font-weight:600;white-space:nowrap}
.ng-card thead th{color:var(--ng-soft);font-weight:400;border-bottom:1px solid var(--ng-line)}
.ng-card .ng-verdicts{display:flex;flex-wrap:wrap;gap:0 28px}
.ng-card .ng-verdicts>div{flex:1 1 240px}
.ng-card ul{margin:2px 0;padding-left:18px}
.ng-card li{margin:0}
.ng-card a{color:var(--ng-f)}
.ng-card svg{width:100%;height:auto;display:block}
.ng-card svg text{font-size:10px;fill:var(--ng-soft)}
.ng-card svg path{fill:none;stroke-linejoin:round}
.ng-card svg .ng-grid{stroke:var(--ng-line);stroke-width:.5}
.ng-card svg .ng-axis{stroke:var(--ng-soft);stroke-width:1}
.ng-card svg .ng-f{stroke:var(--ng-f);stroke-width:2}
.ng-card svg .ng-slope{stroke:var(--ng-slope);stroke-width:1.5;stroke-dasharray:5 3}
.ng-card svg .ng-asymptote{stroke:var(--ng-soft);stroke-width:1;stroke-dasharray:8 4}
.ng-card svg .ng-extremum{stroke:var(--ng-soft);stroke-width:1;stroke-dasharray:1 3}
.ng-card svg .ng-kink{fill:var(--ng-page);stroke:var(--ng-f);stroke-width:1.5}
.ng-card .ng-legend i{display:inline-block;width:20px;vertical-align:middle;margin:0 4px 0 10px;
 border-top:2px solid var(--ng-f)}
.ng-card .ng-legend i.ng-slope{border-top:2px dashed var(--ng-slope)}
"""

STYLE = (
    f".ng-card{{{_LIGHT}}}@media(prefers-color-scheme:dark){{.ng-card{{{_DARK}}}}}"
    f"{_on(_DARK_PAGES, _DARK)}{_on(_LIGHT_PAGES, _LIGHT)}"
    f"{_RULES.replace('.ng-card', '.ng-card' * 3)}"  # three times: Jupyter's `tbody tr:nth-child(odd)` counts for more
).replace("\n", "")
