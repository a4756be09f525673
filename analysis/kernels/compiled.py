"""Compiling a kernel's inner loop to machine code, with a cache where one can be kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
from llvmlite import ir  # type: ignore[import-untyped]
from numba.extending import intrinsic

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile with numba: without the interpreter's lock, and kept on disk for the next process.

    To tell whether its cached machine code is still right, numba looks at the file a function stands in and
    at no other: compiled functions that call each other, or machine code, must therefore stand in one file.
    Where no folder can be written (a read-only install, a zip on an executor without a home), the code is
    compiled anew in each process; the answer is the same.
    """
    return _compiled(function, "python")


def on_vectors(function: Function) -> Function:
    """The same for a loop that can run on vectors: division by 0 gives an infinity or NaN as in NumPy.

    The error that it would be in Python is a way out of the loop, which no vector has.
    """
    return _compiled(function, "numpy")


def _compiled(function: Function, errors: str) -> Function:
    try:
        made: Function = numba.njit(nogil=True, cache=True, error_model=errors)(function)
    except RuntimeError:  # numba: "cannot cache function …: no locator available"
        made = numba.njit(nogil=True, error_model=errors)(function)
    return made


def machine_code(function: Callable[..., Any]) -> Callable[..., Any]:
    """An operation that Python has no word for: the function gets types, and returns how to emit it."""
    made: Callable[..., Any] = intrinsic(function)
    return made


def pointer(target: Any, builder: Any, signature: Any, values: Any, kind: ir.Type) -> Any:
    """Where the element stands whose array and number are the first two arguments of an operation."""
    array = target.make_array(signature.args[0])(target, builder, values[0])
    return builder.bitcast(builder.gep(array.data, [values[1]]), kind.as_pointer())
