"""YAML text to nodes: every scalar stays the text that was typed, and every node knows its line.

A stranger's file is read in one pass over libyaml's events with size, depth and count bounded, so that it
cannot crash, hang or fill memory: the C loader's own composer segfaults between 20,000 and 50,000 levels.
Nothing here knows what a field means: whether `no` is a word or a flag is for schema.py to decide.

    refused                             because
    over 256 KiB, 2,500 events,         cost is bounded before it is paid
    20 levels
    anchors, aliases, tags              billion laughs, and objects that run code
    a key given twice                   YAML would keep the last in silence
    a second document                   one file is one entry
    tabs, control, bidi, zero-width     what is read would not be what is seen
    characters
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import yaml

from neurogebra.catalogue.places import shown
from neurogebra.errors import EntryError
from neurogebra.language.bounds import FILE_BYTES, FILE_DEPTH, FILE_EVENTS
from neurogebra.language.unseen import first_unseen, said_of

__all__ = ["Items", "Node", "Table", "Text", "read", "read_text", "text_of"]

#: libyaml is about 12 times faster; the Python loader reads the same events where PyYAML was built without it
LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: what the two loaders say (they differ in words), and what a person should do about it
HINTS: Final = (
    ("mapping values are not allowed", "a text that holds ': ' needs quotes around it."),
    ("cannot start any token", "a text that begins with @, ` or % needs quotes."),
    ("unexpected end of stream", "a quote is opened here and never closed."),
    ("unknown escape character", "a backslash is special in double quotes; use single quotes."),
    ("',' or ']'", "'[' needs ',' between its items and ']' at its end; an interval needs quotes."),
    ("',' or '}'", "'{' needs ',' between its fields, '}' at its end, and quotes where a text has ','."),
    ("node content", "a text that begins with a sign of YAML's own needs quotes."),
    ("expected ':'", "a field is a name, a colon, a space and a value."),
    ("expected key", "this line does not fit under the one above; check indentation and quotes."),
    ("<block end>", "this line does not fit under the one above; check indentation and quotes."),
)


class Text(NamedTuple):
    """A scalar, exactly as typed; `quoted` also for block texts after | and >."""

    text: str
    line: int
    quoted: bool = False


class Items(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    line: int


class Table(NamedTuple):
    """A mapping; no key stands in it twice."""

    pairs: tuple[tuple[Text, Node], ...]
    line: int


Node: TypeAlias = Text | Items | Table


def read(path: Path) -> Node:
    """The nodes of one file. Raises EntryError with file, line and reason."""
    return read_text(text_of(path), shown(path))


def text_of(path: Path) -> str:
    """The text of one file, never more than 256 KiB of it and never of a device. Raises EntryError."""
    where = shown(path)
    if "\0" in str(path):  # Python would raise a bare ValueError
        raise EntryError("no file has U+0000 in its path.", where)
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):  # reading a pipe or a device need not end
            raise EntryError("this is no regular file.", where)
        _check_size(facts.st_size, where)
        with path.open("rb") as file:
            content = file.read(FILE_BYTES + 1)  # it may have grown since, and /proc tells no sizes
    except OSError as error:
        raise EntryError(f"the file cannot be read: {error.strerror}.", where) from None
    _check_size(len(content), where)
    try:
        return content.decode("utf-8-sig")  # Windows editors begin a file with a byte order mark
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise EntryError("these bytes are not UTF-8; save the file as UTF-8.", where, line) from None


def read_text(text: str, where: str) -> Node:
    """The nodes of a YAML text; `where` names it in messages. Raises EntryError with line and reason."""
    _check_size(len(text), where)
    _check_characters(text, where, 1)
    builder = _Builder(where, text.splitlines())
    try:
        for event in yaml.parse(text, Loader=LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        raise _not_yaml(error, where) from None
    if builder.root is None:
        raise EntryError("the file is empty.", where)
    return builder.root


class _Open(NamedTuple):
    """A list or table whose end has not been read."""

    line: int
    is_table: bool
    children: list[Node]


class _Builder:
    """Takes events one by one, refuses the first that goes too far, and keeps its own stack, not Python's."""

    def __init__(self, where: str, lines: list[str]) -> None:
        self.root: Node | None = None
        self._where, self._lines = where, lines
        self._events = 0
        self._open: list[_Open] = []

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        self._refuse(event, line)
        if isinstance(event, yaml.ScalarEvent):
            if event.style == '"':  # "\u202e" is spelled in letters that can be seen
                _check_characters(event.value, self._where, line)
            elif not event.style:
                self._refuse_lost(event)
            self._add(Text(event.value, line, quoted=bool(event.style)))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open.append(_Open(line, isinstance(event, yaml.MappingStartEvent), []))
            if len(self._open) > FILE_DEPTH:
                raise EntryError(f"nested more than {FILE_DEPTH} levels deep.", self._where, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._add(self._closed(self._open.pop()))

    def _refuse(self, event: yaml.Event, line: int) -> None:
        self._events += 1
        if self._events > FILE_EVENTS:
            raise EntryError(f"the file has more than {FILE_EVENTS:,} keys and values.", self._where, line)
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise EntryError("a second document begins; one file is one entry.", self._where, line)
        if getattr(event, "anchor", None):  # an alias has one too
            reason = "anchors (&) and aliases (*) are not read; write it out, or put a text in quotes."
            raise EntryError(reason, self._where, line)
        if getattr(event, "tag", None):
            raise EntryError("tags (!) are not read; remove it, or put a text in quotes.", self._where, line)

    def _refuse_lost(self, event: yaml.ScalarEvent) -> None:
        """`usage: see #12` would be read as "see"; a comment has a space after its #."""
        mark = event.end_mark
        if mark is None or mark.line >= len(self._lines):
            return
        rest = self._lines[mark.line][mark.column :].lstrip()
        if rest[:1] == "#" and rest[1:2] not in ("", " ", "#"):
            reason = "what follows ' #' is a comment; put the text in quotes, or a space after the #."
            raise EntryError(reason, self._where, mark.line + 1)

    def _add(self, node: Node) -> None:
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node

    def _closed(self, opened: _Open) -> Node:
        if not opened.is_table:
            return Items(tuple(opened.children), opened.line)
        lines: dict[str, int] = {}
        pairs: list[tuple[Text, Node]] = []
        for key, value in zip(opened.children[::2], opened.children[1::2], strict=True):
            if not isinstance(key, Text):
                raise EntryError("a field's name must be a single word.", self._where, key.line)
            if key.text in lines:
                reason = f"{key.text[:60]!r} is given twice; the first is on line {lines[key.text]}."
                raise EntryError(reason, self._where, key.line)
            lines[key.text] = key.line
            pairs.append((key, value))
        return Table(tuple(pairs), opened.line)


def _check_size(length: int, where: str) -> None:
    if length > FILE_BYTES:
        raise EntryError(f"the file is larger than {FILE_BYTES // 1024} KiB.", where)


def _check_characters(text: str, where: str, line: int) -> None:
    character = first_unseen(text)
    if character is None:
        return
    at = line + text.count("\n", 0, text.index(character))
    if character == "\t":  # the two parsers differ on it
        raise EntryError("a tab cannot be told from spaces; use spaces.", where, at)
    raise EntryError(said_of(character), where, at)


def _not_yaml(error: yaml.YAMLError, where: str) -> EntryError:
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable")
    in_quotes = "quoted scalar" in str(getattr(error, "context", None))
    mark = getattr(error, "context_mark" if in_quotes else "problem_mark", None)  # where the quote opens
    hint = next((advice for said, advice in HINTS if said in problem), f"{problem}.")
    if mark is None:
        return EntryError(f"this is not YAML: {hint}", where)
    return EntryError(f"this is not YAML near column {mark.column + 1}: {hint}", where, mark.line + 1)
