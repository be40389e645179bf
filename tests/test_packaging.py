"""The package works in the four ways people get it: wheel, source archive, editable install, bare checkout.

The catalogue is data outside the package folder, and each way of installing loses data in its own manner, so
each is tried in a fresh place and asked for the whole catalogue and one value. Nothing here knows a formula.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

import neurogebra

CHECKOUT = Path(__file__).resolve().parent.parent

PROBE = """
import json, neurogebra
forge = neurogebra.MathForge()
print(json.dumps({
    "file": neurogebra.__file__,
    "version": neurogebra.__version__,
    "names": forge.list_all(),
    "gelu": forge.get("gelu").eval(x=1),
    "description": forge.get("relu").metadata["description"],
}))
"""


def run(*command, environment, folder) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def fresh(folder: Path) -> Path:
    """The Python of a new virtual environment."""
    venv.create(folder, with_pip=True)
    return folder / "bin" / "python"


def files(folder: Path) -> set[str]:
    """The files below `folder`, as paths from there, without what a run leaves behind."""
    kept = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix() for path in kept}


def assert_whole(answer: dict, checkout: Path) -> None:
    stems = {Path(path).stem for path in files(checkout / "registry") if path.endswith(".yaml")}
    assert set(answer["names"]) == stems
    assert len(stems) >= 22
    assert answer["gelu"] == 0.8413447460685429
    assert answer["description"] == "Rectified Linear Unit - outputs x if x > 0, else 0"
    assert answer["version"] == neurogebra.__version__


def project() -> dict:
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_dependencies_are_these_four():
    names = {re.match(r"[\w-]+", requirement)[0] for requirement in project()["dependencies"]}
    assert names == {"numpy", "sympy", "pyyaml", "scipy"}


def test_the_extras_are_these_five():
    extras = project()["optional-dependencies"]
    assert extras.keys() == {"plot", "verify", "test", "frameworks", "dev"}
    assert set(extras["verify"]) <= set(extras["test"])


@pytest.mark.parametrize(("extra", "distribution"), [("plot", "matplotlib"), ("verify", "python-flint")])
def test_a_missing_extra_is_the_one_distribution_that_its_message_says_to_install(extra, distribution):
    assert [re.match(r"[\w-]+", each)[0] for each in project()["optional-dependencies"][extra]] == [distribution]


def test_the_version_is_written_once(checkout):
    assert project()["dynamic"] == ["version"]
    written = f'"{neurogebra.__version__}"'
    homes = [path for path in (checkout / "neurogebra").rglob("*.py") if written in path.read_text("utf-8")]
    assert homes == [checkout / "neurogebra" / "__init__.py"]
    assert f"## {neurogebra.__version__}\n" in (checkout / "CHANGELOG.md").read_text("utf-8")


@pytest.fixture(scope="session")
def source(copy_of_checkout):
    return copy_of_checkout("source")


@pytest.fixture(scope="session")
def built(source, tmp_path_factory, environment):
    """A folder with the source archive and the wheel of the checkout; its again/ has the archive's wheel."""
    folder = tmp_path_factory.mktemp("built")
    builder = fresh(folder / "builder")
    requires = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    run(builder, "-m", "pip", "install", *requires, environment=environment, folder=folder)
    run(builder, "-m", "hatchling", "build", "-d", folder, environment=environment, folder=source)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    again = ["-t", "wheel", "-d", folder / "again"]
    run(builder, "-m", "hatchling", "build", *again, environment=environment, folder=unpacked)
    return folder


@pytest.fixture
def ask(environment, tmp_path):
    """What a Python answers, in an empty folder, by `python -c` and by the command line."""

    def ask(python: Path, **variables: str) -> dict:
        settings = environment | variables
        answer = json.loads(run(python, "-c", PROBE, environment=settings, folder=tmp_path))
        spoken = run(python, "-m", "neurogebra", "eval", "gelu", "x=1", environment=settings, folder=tmp_path)
        assert spoken == "0.8413447460685429\n"
        return answer

    return ask


@pytest.mark.slow
def test_a_wheel_carries_everything_and_works_alone(built, checkout, environment, tmp_path, ask):
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
    assert {f"neurogebra/_registry/{path}" for path in files(checkout / "registry")} <= names
    assert "neurogebra/py.typed" in names
    assert not {name for name in names if not name.startswith(("neurogebra/", "neurogebra-"))}

    python = fresh(tmp_path / "venv")
    run(python, "-m", "pip", "install", wheel, environment=environment, folder=tmp_path)
    answer = ask(python)
    assert Path(answer["file"]).is_relative_to(tmp_path / "venv")
    assert_whole(answer, checkout)
    command = python.with_name("neurogebra")
    assert run(command, "eval", "gelu", "x=1", environment=environment, folder=tmp_path) == "0.8413447460685429\n"


@pytest.mark.slow
def test_the_source_archive_builds_the_same_wheel(built):
    (straight,) = built.glob("*.whl")
    (again,) = (built / "again").glob("*.whl")
    with zipfile.ZipFile(straight) as one, zipfile.ZipFile(again) as other:
        contents = [{name: opened.read(name) for name in opened.namelist()} for opened in (one, other)]
    assert contents[0] == contents[1]


@pytest.mark.slow
def test_the_source_archive_holds_what_its_tests_need(built, source):
    (unpacked,) = (built / "unpacked").iterdir()
    for folder in (".ci", "benchmarks", "docs", "neurogebra", "notebooks", "registry", "tests"):
        assert files(unpacked / folder) == files(source / folder)
    for file in ("README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml"):
        assert (unpacked / file).is_file()


@pytest.mark.slow
def test_an_editable_install_follows_the_checkout(copy_of_checkout, environment, tmp_path, ask):
    checkout = copy_of_checkout("editable")
    python = fresh(tmp_path / "venv")
    # The dependencies are borrowed from the environment that runs this test; the name sorts them last.
    site = next((tmp_path / "venv").glob("lib/*/site-packages"))
    (site / "zz_borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    run(python, "-m", "pip", "install", "--no-deps", "-e", checkout, environment=environment, folder=tmp_path)
    answer = ask(python)
    assert Path(answer["file"]).is_relative_to(checkout)
    assert_whole(answer, checkout)

    relu = next((checkout / "registry").rglob("relu.yaml"))
    relu.write_text(relu.read_text("utf-8").replace("outputs x if x > 0", "edited a moment ago"), "utf-8")
    assert "edited a moment ago" in ask(python)["description"]


@pytest.mark.slow
def test_a_bare_checkout_works(source, ask):
    answer = ask(Path(sys.executable), PYTHONPATH=str(source))
    assert Path(answer["file"]).is_relative_to(source)
    assert_whole(answer, source)


@pytest.mark.slow
def test_a_checkout_without_its_catalogue_says_so(copy_of_checkout, environment, tmp_path):
    """Were the catalogue found somewhere else, the tests above would prove nothing."""
    checkout = copy_of_checkout("empty")
    (checkout / "registry").rename(checkout / "elsewhere")
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "registry" in done.stderr
