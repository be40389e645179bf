"""Who may import whom: the table of the design as data, and what reads the imports of a package against it.

Imports are read with `ast`, so that what is imported inside a function, or under TYPE_CHECKING, is seen too.
The layers are what lets a reader change one part while knowing only that part. The package itself is read as text
and never imported.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = "neurogebra"

# Files of each part, relative to the package. The first pattern that matches wins.
PARTS = {
    "errors": ["errors.py", "record.py", "collector.py"],  # what every part may build on
    "light": [
        "language/__init__.py",
        "language/bounds.py",
        "language/interval.py",
        "language/numbers.py",
        "language/region.py",
        "language/unseen.py",
    ],
    "language": ["language/*.py"],
    "symbolic": ["symbolic/*.py"],
    "compile": ["compile/*.py"],
    "entry": ["catalogue/entry.py", "catalogue/parts.py"],
    "catalogue": ["catalogue/*.py"],
    "expression": [
        "expression.py",
        "arithmetic.py",
        "calculus.py",
        "evaluation.py",
        "faces.py",
        "frozen.py",
        "parameters.py",
        "shapes.py",
        "vector.py",
    ],
    "kinds": [
        "backward.py",
        "gated.py",
        "stochastic.py",
        "stochastic_vector.py",
    ],  # what Expression does for arrays and for pairs
    "algebra": [
        "antiderivative.py",
        "expression_algebra.py",
        "expression_parts.py",
        "saving.py",
        "vector_parts.py",
    ],  # once it needs SymPy
    "properties": ["properties.py"],  # beside expression: what it states, read from its entry
    "soundness": ["soundness.py"],  # whether an entry's formulas can be used, for who loads and who saves
    "layer": ["layer.py", "configuration.py"],
    "claims": ["claims/*.py"],
    "show": ["show/*.py"],
    "forge": ["asked.py", "forge.py", "search.py", "selection.py", "shelf.py", "stock.py"],
    "compose": ["compose.py"],  # what the forge does once it needs SymPy
    "front": ["__init__.py", "__main__.py", "cli*.py", "check.py"],
}

EVERYTHING = " ".join(PARTS)
COMPUTED = "<computed>"  # what import_module(expression) is said to import: only the front's lazy names may


@dataclass(frozen=True)
class Row:
    """What one part may import: of ours and from outside, at the top and only inside a function.

    What is imported under TYPE_CHECKING is never executed and counts as inside; `types` adds to it.
    """

    top: str = ""
    inside: str = ""
    outside_top: str = ""
    outside_inside: str = ""
    types: str = ""


# "language" includes its light half, "catalogue" its entry; a part may always import itself.
TABLE = {
    "errors": Row(),
    "light": Row("errors"),
    "language": Row("errors light", outside_top="sympy"),
    "symbolic": Row("errors language light", outside_top="sympy"),
    "compile": Row("errors language light symbolic", outside_top="sympy"),
    "entry": Row("errors light catalogue"),
    "catalogue": Row("errors light entry"),
    "expression": Row(
        "errors light entry",
        inside="algebra kinds properties language symbolic compile show claims layer",
        outside_inside="sympy numpy",
    ),
    "properties": Row("errors light entry", inside="expression catalogue language"),
    "soundness": Row("errors light entry expression", inside="catalogue language properties"),
    "algebra": Row(
        "errors light entry language symbolic compile expression",
        inside="catalogue soundness",
        outside_top="sympy",
        outside_inside="numpy",
    ),
    "kinds": Row(
        "errors light entry expression",
        inside="algebra language compile",
        outside_inside="sympy numpy",
    ),
    "layer": Row(
        "errors",
        inside="expression kinds algebra language light entry catalogue forge compile",  # as data, and kept in its kind
        outside_inside="numpy",
    ),
    "claims": Row(
        "errors light entry language symbolic compile expression",
        inside="catalogue",  # which properties the catalogue asks for
        outside_top="sympy",
    ),
    "show": Row(
        "errors light language symbolic compile catalogue entry expression",
        inside="claims",
        outside_inside="numpy matplotlib sympy",
    ),
    "forge": Row(
        "errors light catalogue entry expression soundness",
        inside="language show claims compose properties",
        outside_inside="importlib.metadata",
        types="sympy",  # `register` takes a SymPy formula and hands it on unseen
    ),
    "compose": Row(
        "errors light entry language algebra expression",
        inside="forge",
        outside_top="sympy",
    ),
    "front": Row(EVERYTHING),
}

# What single files, and those that share the beginning of their name, may import besides their part's row.
FILES = {
    "catalogue/reader.py": "yaml",
    "catalogue/writer.py": "yaml",
    "compile/to_numpy*.py": "numpy scipy.special ml_dtypes mpmath",
    "compile/to_ball*.py": "flint",
    "compile/to_exact*.py": "mpmath",  # SymPy's own dependency: what float64 cannot settle, and tables
    "show/derive.py": "sympy",  # its markers are SymPy nodes
    "compile/to_torch*.py": "torch",
    "compile/to_jax*.py": "jax",
}


@dataclass(frozen=True)
class Import:
    """One imported name, dotted to the last word, and where it stands."""

    name: str
    line: int
    inside: bool
    types: bool = False


def imports_of(source: str, module: str, is_package: bool = False) -> Iterator[Import]:
    """Every import in `source`; `module` is the dotted name that relative imports count from."""
    home = module if is_package else module.rpartition(".")[0]

    def walk(node: ast.AST, inside: bool, types: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            deeper = inside or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            if isinstance(child, ast.Import):
                yield from (Import(alias.name, child.lineno, inside, types) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = _absolute(child, home)
                names = [f"{base}.{alias.name}" for alias in child.names]
                yield from (Import(name, child.lineno, inside, types) for name in names)
            elif isinstance(child, ast.Call) and _called(child) in {"import_module", "__import__"}:
                target = child.args[0] if child.args else None
                name = target.value if isinstance(target, ast.Constant) else COMPUTED
                yield Import(str(name), child.lineno, inside, types)
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                yield from walk(child, True, True)
                continue
            yield from walk(child, deeper, types)

    return walk(ast.parse(source), False, False)


def _absolute(node: ast.ImportFrom, home: str) -> str:
    if not node.level:
        return node.module or ""
    kept = home.split(".")[: len(home.split(".")) - node.level + 1]
    return ".".join([*kept, node.module] if node.module else kept)


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


@cache
def part_of(path: str) -> str | None:
    """The part a file belongs to: `catalogue/reader.py` is of the catalogue."""
    for part, patterns in PARTS.items():
        if any(Path(path).match(pattern) and path.count("/") == pattern.count("/") for pattern in patterns):
            return part
    return None


def part_imported(name: str, root: Path) -> str | None:
    """The part that a dotted name of ours lives in: it is a module, or the last word is a name in one."""
    words = name.split(".")[1:]
    for module in (words, words[:-1]):
        stem = "/".join(module)
        for candidate in (f"{stem}.py", f"{stem}/__init__.py".lstrip("/")):
            if (root / candidate).is_file():
                return part_of(candidate)
    return None


def complaints(root: Path) -> list[str]:
    """One line for each import under the package folder `root` that the table does not allow."""
    found = []
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root).as_posix()
        part = part_of(relative)
        if part is None:
            found.append(f"{relative}: belongs to no part of the table")
            continue
        module = ".".join([PACKAGE, *Path(relative).with_suffix("").parts]).removesuffix(".__init__")
        for item in imports_of(path.read_text("utf-8"), module, path.name == "__init__.py"):
            reason = refusal(item, part, relative, root)
            if reason:
                found.append(f"{relative}:{item.line}: {part} {reason}")
    return found


def refusal(item: Import, part: str, relative: str, root: Path) -> str | None:
    """Why this import may not stand where it stands, or None."""
    row = TABLE[part]
    if item.name == COMPUTED:
        return None if part == "front" else "computes the name of what it imports"
    first = item.name.split(".")[0]
    if first == PACKAGE:
        target = part_imported(item.name, root)
        if target is None:
            return f"imports {item.name}, which is no file of the package"
        if target == part or target in row.top.split():
            return None
        if target in row.inside.split():
            return None if item.inside else f"imports {item.name} ({target}) outside a function"
        return f"imports {item.name} ({target})"
    special = " ".join(names for pattern, names in FILES.items() if Path(relative).match(pattern))
    if _allowed(item.name, f"{row.outside_top} {special} {row.types if item.types else ''}"):
        return None
    if _allowed(item.name, row.outside_inside):
        return None if item.inside else f"imports {item.name} outside a function"
    if first in sys.stdlib_module_names and not _allowed(item.name, "importlib.metadata"):
        return None
    return f"imports {item.name} from outside"


def _allowed(name: str, allowed: str) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in allowed.split())
