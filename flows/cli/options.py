"""Command-line options from a dataclass: its fields are the options, the sentence under each is the help."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import click

from conf.typed import sentences

F = TypeVar("F", bound=Callable[..., Any])


def from_dataclass(kind: type) -> list[click.Parameter]:
    """One parameter a field; one with metadata `positional` is an argument, one with `also` has a second flag."""
    helps, hints = sentences(kind), get_type_hints(kind)
    return [_parameter(f, hints[f.name], helps.get(f.name, "")) for f in fields(kind)]


def _parameter(field: Field[Any], hint: Any, help_text: str) -> click.Parameter:
    default = None if field.default is MISSING else field.default
    flag = "--" + field.name.replace("_", "-")
    hint = _without_none(hint)
    if field.metadata.get("positional"):
        count = -1 if get_origin(hint) is tuple else 1
        return click.Argument([field.name], nargs=count, required=field.default is MISSING)
    if hint is bool:
        return click.Option([f"{flag}/--no-{flag[2:]}"], default=default, help=help_text, show_default=True)
    if get_origin(hint) is tuple:
        shown = ",".join(map(str, default)) if default else None
        inner = get_args(hint)[0]
        note = f" [default: {shown}]" if shown else ""
        return click.Option(
            [flag], multiple=True, callback=_splitter(_kind(inner), default or ()), help=help_text + note
        )
    flags = [flag, *filter(None, [field.metadata.get("also")]), field.name]
    return click.Option(
        flags, type=_kind(hint), default=default, help=help_text, show_default=default not in ("", None)
    )


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        return next(a for a in get_args(hint) if a is not type(None))
    return hint


def _kind(hint: Any) -> Any:
    return click.Choice(get_args(hint)) if get_origin(hint) is Literal else hint


def _splitter(kind: Any, default: tuple[Any, ...]) -> Callable[..., tuple[Any, ...]]:
    """Several values: the option repeated, or joined by commas; @FILE reads them from a file, one a line."""

    def split(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[Any, ...]:
        if not values:
            return default
        found: list[str] = []
        for value in values:
            if value.startswith("@"):
                found += _lines(value[1:], param, ctx)
            else:
                found += [v.strip() for v in value.split(",") if v.strip()]
        convert = kind.convert if isinstance(kind, click.ParamType) else None
        return tuple(convert(v, param, ctx) if convert else kind(v) for v in found)

    return split


def _lines(name: str, param: click.Parameter, ctx: click.Context) -> list[str]:
    try:
        text = Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(f"cannot read {name}: {error}", ctx, param) from None
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def where(table: Any) -> list[click.Parameter]:
    """Options that choose partitions of a table: `--crawl` for one that is partitioned by crawl."""
    return [
        click.Option(
            [f"--{c.name.replace('_', '-')}", f"in_{c.name}"],
            multiple=True,
            callback=_splitter(str, ()),
            help=f"Read only these. {c.description}",
        )
        for c in table.partitions
    ]
