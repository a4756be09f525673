"""What was asked, what it covers and how to cite it, in plain English, from a result's manifest."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.report.text import begun, cut, cut_left, listed, percent, spoken

if TYPE_CHECKING:
    from analysis.result import Result

Manifest = Mapping[str, Any]
_PARTITIONS_NAMED = 4


def asked(result: Result) -> str:
    """What was asked: analysis, groups, and the options that differ from their defaults."""
    manifest = result.manifest
    by = f" by {listed([_plain(g) for g in manifest['groups']])}" if manifest["groups"] else ""
    options = [
        f"{_plain(k)} {_value(v)}" for k, v in _chosen(result).items() if v != list(manifest["groups"])
    ]
    what = f"{begun(spoken(manifest['analysis']))}{by}"
    return f"{what}: {', '.join(options)}." if options else f"{what}, with the default options."


def read(manifest: Manifest) -> str:
    """What was read to answer it."""
    cover = manifest["coverage"]
    parts = [
        f"{_plain(name)} {listed(list(values))}"
        if len(values) <= _PARTITIONS_NAMED
        else f"{counted(len(values), _plain(name))}, {values[0]} to {values[-1]}"
        for name, values in cover.get("partitions", {}).items()
        if values
    ]
    where = f" ({'; '.join(parts)})" if parts else ""
    return f"{counted(cover['records_kept'], 'record')} of {counted(cover['inputs'], 'input')}{where}."


def coverage(manifest: Manifest) -> str:
    """The coverage in one line: `99.2 % of 412 inputs, 99.98 % of records`."""
    cover = manifest["coverage"]
    records = f"{percent(cover['records_share'])} of {counted(cover['records_seen'], 'record')}"
    return f"{percent(cover['inputs_share'])} of {counted(cover['inputs'], 'input')}, {records}"


def source_note(manifest: Manifest) -> str:
    """The line under every chart."""
    cover = manifest["coverage"]
    share = percent(cover["inputs_share"])
    return f"Source: Fieldwork, {counted(cover['inputs'], 'input')}, coverage {share}"


def citation(manifest: Manifest) -> str:
    """One paragraph that names software, question, data and day, to be copied into a paper."""
    inputs, code = manifest["inputs"], manifest.get("code") or {}
    commit = f", commit {str(code['commit'])[:12]}" if code.get("commit") else ""
    changed = " with local changes" if code.get("dirty") else ""
    version = manifest["versions"].get("fieldwork", "")
    options = json.dumps(manifest["asked"], ensure_ascii=False, sort_keys=True, default=str)
    options = cut(options, 600)
    return (
        f"Computed with Fieldwork {version}{commit}{changed}: analysis “{manifest['analysis']}”, "
        f"options {options}, engine {manifest['engine']}, on {str(manifest['started_at'])[:10]}. "
        f"Data: {manifest['reads']}, "
        f"{counted(inputs['count'], 'input')}, {inputs['bytes']:,} bytes "
        f"(list of inputs: SHA-256 {inputs['sha256']}); coverage {coverage(manifest)}."
    )


def counted(n: int, thing: str) -> str:
    """`1 input`, `412 inputs`."""
    return f"{n:,} {thing}{'' if n == 1 else 's'}"


def failed_name(source_file: str) -> str:
    """The end of a long key, where the difference is."""
    return cut_left(source_file, 90)


def _chosen(result: Result) -> dict[str, Any]:
    """Options that were given another value than their default, as the manifest has them."""
    given: dict[str, Any] = dict(result.manifest["asked"])
    if not dataclasses.is_dataclass(result.options):
        return given
    for field in dataclasses.fields(result.options):
        default = (
            field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
        )
        if field.name in given and _same(given[field.name], default):
            del given[field.name]
    return given


def _same(value: object, default: object) -> bool:
    """Whether they are equal, lists and tuples being the same thing in JSON."""
    return bool((tuple(value) if isinstance(value, list) else value) == default)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _value(value: object) -> str:
    if isinstance(value, str):
        return f"“{cut(value, 80)}”"
    if isinstance(value, list | tuple):
        shown = [_value(v) for v in value[:8]]
        return listed([*shown, f"{len(value) - 8} more"] if len(value) > 8 else shown) or "none"
    return "yes" if value is True else "no" if value is False else str(value)
