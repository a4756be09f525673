"""A frozen dataclass from names and values: types checked, unknown names answered with the nearest known one."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, TypeVar

T = TypeVar("T")


class OptionError(ValueError):
    """An option that is unknown or has a value that does not fit; the message says the cure."""


def build(kind: type[T], values: Mapping[str, Any], what: str) -> T:
    """An instance of a dataclass; `what` names it in errors (`the analysis words`).

    Raises:
        OptionError: An unknown name, or a value of another type or outside the allowed ones.
    """
    from pydantic import TypeAdapter, ValidationError

    known = [f.name for f in fields(kind)]  # type: ignore[arg-type]
    for name in values:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.0)[0]
            raise OptionError(f"{what} has no option '{name}'; the nearest is '{near}'")
    try:
        return TypeAdapter(kind).validate_python(dict(values))
    except ValidationError as error:
        problem = error.errors()[0]
        message = problem["msg"].removeprefix("Value error, ")
        where = ".".join(str(p) for p in problem["loc"])
        if problem["type"] == "literal_error":
            message += f"; it is {problem['input']!r}"
        raise OptionError(f"{what}: option '{where}': {message}" if where else f"{what}: {message}") from None


def sentences(kind: type) -> dict[str, str]:
    """The sentence under each field of a dataclass, as written in its source; for help texts and codebooks."""
    found: dict[str, str] = {}
    for one in reversed([c for c in kind.__mro__ if is_dataclass(c)]):  # those it inherits from come first
        body = ast.parse(textwrap.dedent(inspect.getsource(one))).body[0]
        name = ""
        for node in body.body if isinstance(body, ast.ClassDef) else []:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                name = node.target.id
            elif name and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                found[name] = " ".join(str(node.value.value).split())
                name = ""
    return found


def day(text: str, name: str) -> date | None:
    """A day as written; None where nothing is.

    Raises:
        ValueError: It is no day.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"{name} is '{text}'; give a day as YYYY-MM-DD") from None
