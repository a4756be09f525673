"""Machine code is kept by the file a function stands in, so nothing in it may come from another file of ours."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

KERNELS = Path(__file__).parent.parent.parent / "analysis" / "kernels"
COMPILING = {"compiled", "on_vectors"}
FILES = sorted(
    p for p in KERNELS.rglob("*.py") if any(f"@{name}" in p.read_text("utf-8") for name in COMPILING)
)


def borrowed(source: str) -> set[str]:
    """Names from other modules of ours that compiled functions use: a change there would not be noticed."""
    tree = ast.parse(source)
    ours = {
        alias.asname or alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("analysis", "schemas", "conf"))
        for alias in node.names
    }
    # A constant of the file that is made from such a name carries it along.
    for node in tree.body:
        if isinstance(node, ast.Assign) and uses(node.value) & ours:
            ours |= {n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
    compiled = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any(uses(d) & COMPILING for d in node.decorator_list)
    ]
    return {name for function in compiled for statement in function.body for name in uses(statement) & ours}


def uses(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(KERNELS)))
def test_compiled_functions_borrow_nothing(path):
    assert borrowed(path.read_text("utf-8")) == set()


def test_constants_said_again_agree():
    from analysis.kernels.graph import neighbours, triangles

    assert triangles._BOTH == neighbours.BOTH


def test_what_is_borrowed_is_seen():
    source = (
        "from analysis.kernels.compiled import compiled\nfrom analysis.kernels.other import LIMIT, helper\n"
        "TWICE = 2 * LIMIT\nOWN = 3\n@compiled\ndef f(x):\n    return helper(x) + TWICE + OWN\n"
    )
    assert borrowed(source) == {"helper", "TWICE"}
