"""The notebooks run from a clean kernel, and their saved outputs are the ones a run gives.

A reader on a web page sees the saved outputs, so they are held to the same truth as the code. After an edit,
`python tests/test_notebooks.py` runs them again and saves what they print. Nothing here knows a function.
"""

from __future__ import annotations

import copy
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

CHECKOUT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((CHECKOUT / "notebooks").glob("*.ipynb"))


class FreshKernel(AsyncKernelManager):
    """A kernel of the Python that runs this; kernels that a user has set up are not asked."""

    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[])


def executed(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook as a fresh kernel leaves it."""
    again = copy.deepcopy(notebook)
    for cell in again.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    NotebookClient(again, kernel_manager_class=FreshKernel, timeout=120, record_timing=False).execute()
    for cell in again.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
    return again


def joined(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """The outputs with what was printed in one piece; how it was cut depends on the moment."""
    whole: list[nbformat.NotebookNode] = []
    for output in outputs:
        if whole and output.output_type == "stream" and output.name == whole[-1].get("name"):
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def seen(notebook: nbformat.NotebookNode) -> list:
    """What a reader sees below each code cell: printed text, the forms of a shown value, that there is a picture."""
    return [
        [output.get("text") or without_pixels(output.get("data")) or output for output in cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def without_pixels(data: dict | None) -> dict | None:
    """A shown value without its picture's bytes: fonts and versions of Matplotlib differ in them."""
    return data and {form: "a picture" if form == "image/png" else shown for form, shown in data.items()}


@pytest.fixture(autouse=True)
def settings_of_nobody(monkeypatch, tmp_path):
    """No start-up file or extension of the person who runs the tests takes part."""
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))


def test_there_are_notebooks():
    assert [path.stem for path in NOTEBOOKS][:2] == ["01_first_look", "02_gradients"]


@pytest.mark.parametrize(
    "path",
    [NOTEBOOKS[0], *(pytest.param(path, marks=pytest.mark.slow) for path in NOTEBOOKS[1:])],
    ids=lambda path: path.stem,
)
def test_a_notebook_shows_what_a_run_shows(path):
    saved = nbformat.read(path, as_version=4)
    assert seen(executed(saved)) == seen(saved), "if the new output is right: python tests/test_notebooks.py"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_saved_as_a_clean_run_leaves_it(path):
    saved = nbformat.read(path, as_version=4)
    nbformat.validate(saved)
    counts = [cell.execution_count for cell in saved.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert not [output for cell in saved.cells for output in cell.get("outputs", ()) if output.output_type == "error"]


def notebook_of(source: str) -> nbformat.NotebookNode:
    cell = nbformat.v4.new_code_cell(source, execution_count=1)
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "5"}, execution_count=1)]
    return nbformat.v4.new_notebook(cells=[cell])


def test_a_saved_output_that_lies_is_found():
    liar = notebook_of("2 + 2")
    assert seen(executed(liar)) == [[{"text/plain": "4"}]] != seen(liar)


def test_a_notebook_that_fails_is_found():
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        executed(notebook_of("1/0"))


def save_again(path: Path) -> None:
    nbformat.write(executed(nbformat.read(path, as_version=4)), path)


if __name__ == "__main__":
    for each in NOTEBOOKS:
        save_again(each)
        print(f"ran and saved {each.name}", file=sys.stderr)
