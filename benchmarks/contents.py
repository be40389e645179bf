"""The table of contents of the catalogue that stands in README.md: a row for each family, and what is in it.

    python -m benchmarks.contents

The family is the folder of the file; names stand in alphabetical order, as files do.
"""

from __future__ import annotations

from pathlib import Path

from neurogebra.catalogue.places import packaged


def families(root: Path) -> dict[str, list[str]]:
    """The names of the entries in each family, biggest family first."""
    found: dict[str, list[str]] = {}
    for file in sorted(root.glob("*/*/*.yaml")):
        found.setdefault(f"{file.parent.parent.name}/{file.parent.name}", []).append(file.stem)
    return dict(sorted(found.items(), key=lambda row: (-len(row[1]), row[0])))


def table(root: Path) -> str:
    """The rows as Markdown, each family linked to its folder."""
    rows = families(root)
    head = f"| {sum(map(len, rows.values()))} functions | |\n| --- | --- |\n"
    return head + "".join(
        f"| [{place.split('/')[1]}](registry/{place}) | {', '.join(names)} |\n" for place, names in rows.items()
    )


def main() -> None:
    """Print the table."""
    print(table(packaged()), end="")


if __name__ == "__main__":
    main()
