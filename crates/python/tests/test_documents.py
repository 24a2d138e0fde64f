"""Code that documents show runs: `python` blocks of pages, in order and in one namespace, and the notebook.

A block marked `text` behind a `python` block is what that block prints: each line must be there, but for numbers, which
may be those of another machine.
"""

import io
import re
import warnings
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from sklearn.exceptions import ConvergenceWarning

PACKAGE = Path(__file__).resolve().parents[1]
PROJECT = PACKAGE.parents[1]
PAGES = [PACKAGE / "README.md", PROJECT / "README.md", PROJECT / "docs" / "python.md"]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shape(line):
    """A line without its numbers."""
    return re.sub(r"[\d.]+", "0", " ".join(line.split()))


@pytest.mark.parametrize("path", PAGES, ids=["package", "project", "book"])
def test_the_python_blocks_of_a_page_run(path, monkeypatch, tmp_path):
    if not path.exists():
        pytest.skip(f"{path} is part of the repository, but not of the package's sources")
    pytest.importorskip("matplotlib", reason="the pages draw with matplotlib").use("Agg")
    monkeypatch.chdir(tmp_path)
    warnings.simplefilter("error", ConvergenceWarning)
    page, namespace, printed = path.read_text(encoding="utf-8"), {"__name__": path.stem}, None
    for block in BLOCK.finditer(page):
        language, text = block.groups()
        if language == "python":
            before = page.count("\n", 0, block.start()) + 1  # so that a traceback has the line of the page
            with redirect_stdout(io.StringIO()) as output:
                exec(compile("\n" * before + text, str(path), "exec"), namespace)
            printed = output.getvalue()
        elif language == "text" and printed is not None:
            found = {shape(line) for line in printed.splitlines()}
            missing = [line for line in text.splitlines() if shape(line) not in found]
            assert not missing, f"{path.name} shows {missing}, but its code prints\n{printed}"
    assert printed is not None


def test_the_notebook_runs():
    nbformat = pytest.importorskip("nbformat", reason="the notebook is run by nbclient")
    nbclient = pytest.importorskip("nbclient", reason="the notebook is run by nbclient")
    pytest.importorskip("ipykernel", reason="the notebook is run by ipykernel")
    path = PACKAGE / "examples" / "digits.ipynb"
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code), "strip the outputs of the notebook"
    nbformat.validate(notebook)
    nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
    shown = [output for cell in code for output in cell.outputs]
    assert any("text/html" in output.get("data", {}) for output in shown)
    assert sum("image/png" in output.get("data", {}) for output in shown) == 2
