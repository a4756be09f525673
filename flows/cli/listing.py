"""`fieldwork list`: what the lake holds, and what became of each input."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click

from flows.cli.console import emit, show, size


@click.command(
    "list",
    epilog="\b\nExamples:\n  fieldwork list\n  fieldwork list --ledger\n  fieldwork list --quarantine --json",
)
@click.option("--lake", help="Root of the lake. [default: the settings']")
@click.option("--ledger", is_flag=True, help="Inputs that are damaged or failed, with the reason.")
@click.option(
    "--quarantine", is_flag=True, help="Records set aside, with file, offset, reason and first bytes."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
def listing(lake: str | None, ledger: bool, quarantine: bool, as_json: bool) -> None:
    """What is in the lake: tables, parts, bytes and coverage; or what was lost, input by input."""
    from conf.places import place
    from conf.settings import load

    settings = load()
    root = place(lake or settings.lake, settings)
    if ledger:
        rows = _ledger(root)
    elif quarantine:
        rows = _quarantine(root)
    else:
        rows = _tables(root)
    if as_json:
        emit(rows)
    elif rows:
        show(list(rows[0]), [list(r.values()) for r in rows])
    else:
        click.echo(
            "nothing" if ledger or quarantine else f"nothing in {root.url}; fill it with `fieldwork ingest`"
        )


def _tables(root: Any) -> list[dict[str, Any]]:
    from analysis.coverage import coverage, ledger
    from analysis.lake import NoData, everything
    from schemas.tables import LAKE

    found = []
    for table in LAKE:
        try:
            data = everything(root, table)
        except NoData:
            continue
        folders = Counter("/".join(f"{k}={v}" for k, v in p.partition.items()) for p in data.parts)
        for folder, parts in sorted(folders.items()):
            where = dict(step.split("=", 1) for step in folder.split("/") if step)
            held = [p for p in data.parts if "/".join(f"{k}={v}" for k, v in p.partition.items()) == folder]
            known = coverage(ledger(root, table, {k: [v] for k, v in where.items()}))
            found.append({
                "table": table.name, "partition": folder, "parts": parts,
                "size": size(sum((root / p.path).size() for p in held)),
                "rows": known.records_kept, "damaged": known.damaged, "failed": known.failed,
            })  # fmt: skip
    return found


def _ledger(root: Any) -> list[dict[str, Any]]:
    from analysis.coverage import ledger
    from schemas.tables import LAKE

    names = (
        "source_file",
        "status",
        "reason",
        "detail",
        "records_kept",
        "records_set_aside",
        "set_aside_by_reason",
    )
    found = []
    for table in LAKE:
        for row in ledger(root, table).to_pylist():
            if row["status"] != "complete":
                reasons = ", ".join(f"{k} {v}" for k, v in row["set_aside_by_reason"])
                found.append({n: row[n] for n in names[:-1]} | {names[-1]: reasons or None})
    return found


def _quarantine(root: Any) -> list[dict[str, Any]]:
    from analysis.lake import NoData, dataset
    from schemas import ops

    try:
        data = dataset(root, ops.quarantine)
    except NoData:
        return []
    names = ("source_file", "record_offset", "reason", "detail", "raw_head")
    rows = [r for p in data.parts for b in data.batches(p, names) for r in b.to_pylist()]
    return [r | {"raw_head": r["raw_head"][:60].decode("utf-8", "replace")} for r in rows]
