"""Compiling the loops of a source to machine code, with a cache where one can be kept."""
# ruff: noqa: ARG001 (numba hands over untyped objects, and more of them than one needs)

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

integer: Any = np.int64
"""Makes an integer of 64 bits; to the type checker it is any number, as NumPy's are no `int` to it."""
Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile with numba: without the interpreter's lock, and kept on disk for the next process.

    To tell whether its cached machine code is still right, numba looks at the file a function stands in and
    at no other: compiled functions that call each other must therefore stand in one file. Where no folder can
    be written, the code is compiled anew in each process.
    """
    return _compiled(function, inline=False)


def inlined(function: Function) -> Function:
    """The same for what a loop does at every step."""
    return _compiled(function, inline=True)


def _compiled(function: Function, *, inline: bool) -> Function:
    try:
        made: Function = numba.njit(nogil=True, cache=True, forceinline=inline)(function)
    except RuntimeError:  # numba: "cannot cache function …: no locator available"
        made = numba.njit(nogil=True, forceinline=inline)(function)
    return made


def machine_code(function: Callable[..., Any]) -> Callable[..., Any]:
    """An operation that Python has no word for: the function gets types, and returns how to emit it."""
    made: Callable[..., Any] = intrinsic(function)
    return made


@machine_code
def borrowed(_: Any, array: Any) -> Any:
    """An array that the caller keeps: counting references to it would take longer than what is done with its bytes."""

    def emit(target: Any, builder: Any, signature: Any, values: Any) -> Any:
        made = target.make_array(signature.args[0])(target, builder, values[0])
        made.meminfo = ir.Constant(made.meminfo.type, None)
        made.parent = ir.Constant(made.parent.type, None)
        return made._getvalue()

    return array(array), emit


@machine_code
def trailing_zeros(_: Any, x: Any) -> Any:
    """Number of the lowest bit that is set."""

    def emit(_target: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.cttz(values[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), emit
