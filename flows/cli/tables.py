"""`fieldwork tables`: the codebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flows.cli.console import emit, show

if TYPE_CHECKING:
    from schemas.table import Table


@click.command(
    epilog="\b\nExamples:\n  fieldwork tables\n  fieldwork tables out__words__counts\n  fieldwork tables --json"
)
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a text.")
def tables(name: str | None, as_json: bool) -> None:
    """The codebook: every table, what one row is, its columns with type and meaning."""
    from schemas.tables import TABLES

    chosen = [t for t in TABLES if name in (None, t.name)]
    if not chosen:
        raise LookupError(f"no table '{name}'; choose from {', '.join(t.name for t in TABLES)}")
    book = [_entry(t) for t in chosen]
    if as_json:
        emit(book)
        return
    for number, entry in enumerate(book):
        click.echo(("\n" if number else "") + f"{entry['table']}: {entry['row']}")
        click.echo(f"  in {entry['path']}")
        for check in entry["checks"]:
            click.echo(f"  always: {check}")
        show(("  column", "type", "role", "meaning"), [("  " + c["name"], c["type"], c["role"], c["meaning"])
                                                      for c in entry["columns"]])  # fmt: skip


def _entry(table: Table) -> dict[str, Any]:
    steps = "".join(f"/{c.name}=…" for c in table.partitions)
    roles = {c: "key" for c in table.key} | {c: "group" for c in table.groups}
    roles |= {c: "partition" for c in table.partitions}
    return {
        "table": table.name,
        "row": table.description,
        "path": f"{table.path}{steps}/",
        "checks": [c.description for c in table.checks],
        "columns": [
            {"name": c.name, "type": str(c.type), "role": roles.get(c, "may be empty" if c.nullable else ""),
             "meaning": c.description}
            for c in table.columns
        ],
    }  # fmt: skip
