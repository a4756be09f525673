"""Who may import whom. Dependencies point one way; a package that is heavy or an engine's own stays in its place."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("schemas", "conf", "analysis", "flows")
SUBJECTS = ("text", "graph", "news", "sentiment", "landsat", "coding", "learning")
FILES = sorted(p for top in OURS for p in (ROOT / top).rglob("*.py"))


def imports(path: Path, *, top_level_only: bool = False, types: bool = False) -> set[str]:
    """Modules a file imports, those for type checking only left out unless asked for."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if not types and isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            node.body = []
    nodes = tree.body if top_level_only else ast.walk(tree)
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{a.name}" for a in node.names}
    return found


def ours(path: Path) -> set[str]:
    return {i for i in imports(path) if i.split(".")[0] in OURS}


def foreign(path: Path) -> set[str]:
    return {i.split(".")[0] for i in imports(path)} - set(OURS) - sys.stdlib_module_names


def below(*folders: str) -> list[Path]:
    chosen = [p for p in FILES if any(p.is_relative_to(ROOT / f) for f in folders)]
    assert chosen, folders
    return chosen


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_files_import_each_other_in_a_circle():
    """Not for types either: who reads one file of a circle has to read them all. Faces of packages hand names on."""
    modules = {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in FILES if p.stem != "__init__"}
    assert len(modules) > 400
    graph = {name: imports(path, types=True) & modules.keys() for name, path in modules.items()}
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("path", below("schemas"), ids=ids)
def test_schemas_know_pyarrow_only(path):
    assert all(i.startswith("schemas") for i in ours(path))
    assert foreign(path) <= {"pyarrow"}


@pytest.mark.parametrize("path", below("conf"), ids=ids)
def test_conf_knows_no_other_part(path):
    assert all(i.startswith("conf") for i in ours(path))


@pytest.mark.parametrize("path", below("analysis/kernels"), ids=ids)
def test_kernels_know_no_engine_and_no_archive(path):
    assert all(i.startswith(("schemas", "analysis.kernels")) for i in ours(path))
    assert not foreign(path) & {"dask", "distributed", "pyspark", "prefect", "pandas", "fsspec", "s3fs"}


@pytest.mark.parametrize("path", below("flows/sources"), ids=ids)
def test_sources_know_schemas_and_settings(path):
    assert all(i.startswith(("schemas", "conf", "flows.sources")) for i in ours(path))


@pytest.mark.parametrize("path", below("schemas", "conf", "analysis"), ids=ids)
def test_nothing_imports_flows(path):
    assert not any(i.split(".")[0] == "flows" for i in imports(path))


@pytest.mark.parametrize("path", below("analysis/engines"), ids=ids)
def test_engines_get_kernels_as_arguments(path):
    """But for roads of an analysis' own (`Analysis.own`), which know that one analysis."""
    road = "analysis.graph" if path.parent.name == "graph" else "-"
    known = ("analysis.kernels", *(f"analysis.{subject}." for subject in SUBJECTS))
    found = {i for i in ours(path) if f"{i}.".startswith(known)}
    assert {
        i for i in found if not i.startswith((road, "analysis.kernels.graph") if road != "-" else road)
    } == set()


@pytest.mark.parametrize(
    ("package", "home"),
    [
        ("dask", ("analysis/engines/on_dask.py",)),
        ("pyspark", ("analysis/engines/on_spark.py", "analysis/engines/spark/", "analysis/engines/graph/")),
        ("prefect", ("flows/",)),
        ("altair", ("analysis/report/",)),
        ("great_tables", ("analysis/report/",)),
    ],
)
def test_a_package_stays_in_its_place(package, home):
    users = [ids(p) for p in FILES if package in foreign(p)]
    assert users, f"nothing imports {package}: is the test looking in the right place?"
    assert [u for u in users if not u.startswith(home)] == []


def test_the_help_imports_nothing_heavy():
    heavy = "pyarrow numpy pandas dask pyspark prefect numba altair fsspec s3fs rich pydantic"
    code = f"import sys, flows.cli; print(sorted(set(sys.modules) & set('{heavy}'.split())))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_files_are_small(path):
    """Past 300 lines a file holds two subjects."""
    assert len(path.read_text("utf-8").splitlines()) <= 300
