"""Results in, HTML out. Whatever comes from a page or an archive is escaped by the templates."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from analysis.report import tables, text, words
from analysis.report.charts import figures_of
from analysis.report.context import hits
from analysis.report.facts import facts
from analysis.report.figure import CONFIG, Figure, Spec
from analysis.report.landsat.pictures import legend, pictures
from analysis.report.model.charts import figures_of_model
from analysis.report.model.data import Model
from analysis.report.model.section import section as model_section
from analysis.report.sentences import is_sentences, sentences
from analysis.report.symbols import symbol

if TYPE_CHECKING:
    from jinja2 import Environment

    from analysis.result import Result

# `ast` has Vega interpret its expressions, which spares the policy below `unsafe-eval`.
# The loader refuses to load: all data are in the page.
DRAW = """
const specs = JSON.parse(document.getElementById("charts").textContent);
const refuse = () => Promise.reject(new Error("this page loads nothing"));
const settings = {ast: true, actions: false, renderer: "svg", hover: false, loader: {
  load: refuse, sanitize: refuse, http: refuse, file: refuse}};
for (const place of document.querySelectorAll("[data-chart]")) {
  vegaEmbed(place, specs[place.dataset.chart], settings).catch((error) => {
    place.textContent = "This chart could not be drawn; its numbers are in the table below.";
    console.error(error);
  });
}
for (const button of document.querySelectorAll("button[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const source = document.getElementById(button.dataset.copies);
    getSelection().selectAllChildren(source);
    const done = () => { button.textContent = "Copied"; };
    if (navigator.clipboard) navigator.clipboard.writeText(source.textContent).then(done, () => {});
  });
}
"""


def render(results: Sequence[Result | Model], title: str | None = None) -> str:
    """The whole page as HTML.

    Raises:
        ValueError: No result was given.
    """
    if not results:
        raise ValueError("a report needs at least one result, or a model")
    charts: dict[str, Spec] = {}
    sections = [_section(result, number, charts) for number, result in enumerate(results, 1)]
    script = _script() if charts else ""
    named = text.listed(list(dict.fromkeys(s["name"] for s in sections)))
    page: str = (
        _templates()
        .get_template("page.html")
        .render(
            title=title or text.begun(named),
            sections=sections,
            reads=list(dict.fromkeys(s["read"] for s in sections)),
            coverages=_coverages([r for r in results if not isinstance(r, Model)]),
            charts=text.script_json(charts),
            script=script,
            policy=_policy(script),
            version=sections[0]["version"],
        )
    )
    return page


def _section(one: Result | Model, number: int, charts: dict[str, Spec]) -> dict[str, Any]:
    """What its template needs for one result or model; its charts are added to those of the page."""
    found = figures_of_model(one) if isinstance(one, Model) else figures_of(one)
    figures = [
        {"figure": figure, "charts": _named(figure, f"chart-{number}-{i}", charts)}
        for i, figure in enumerate(found)
    ]
    told = model_section(one) if isinstance(one, Model) else _result(one, number)
    return {"id": f"result-{number}", "figures": figures, **told}


def _result(result: Result, number: int) -> dict[str, Any]:
    """What there is to say of a result beside its figures."""
    looks, looks_all = pictures(result)
    known, known_rows = facts(result.manifest.get("facts") or {})
    listed = hits(result.table) or is_sentences(result.table)
    rows, caption = ("", "") if listed else tables.first_rows(result, number)
    return {
        "template": "result.html",
        "name": text.spoken(result.analysis.name),
        "version": result.manifest["versions"].get("fieldwork", ""),
        "verb": "Asked",
        "asked": words.asked(result),
        "read": words.read(result.manifest),
        "about": result.analysis.writes.description,
        "pictures": looks,
        "pictures_all": looks_all,
        "legend": legend(result) if looks else "",
        "hits": hits(result.table),
        "sentences": sentences(result.table),
        "rows": rows,
        "caption": caption,
        "total": result.table.num_rows,
        "codebook": tables.codebook(result.analysis.writes, result.table),
        "table": result.analysis.writes,
        "facts": known,
        "fact_tables": known_rows,
        "citation": words.citation(result.manifest),
        "note": words.source_note(result.manifest),
        "manifest": result.manifest,
        "json": json.dumps(result.manifest, indent=2, ensure_ascii=False, default=str),
    }


def _named(figure: Figure, stem: str, charts: dict[str, Spec]) -> list[str]:
    """Names of the figure's panels; those that the page's script draws are added to its charts."""
    names = [f"{stem}-{i}" for i in range(len(figure.panels))]
    drawn = zip(names, figure.panels, _configured(figure), strict=True)
    charts.update({name: spec for name, panel, spec in drawn if not panel.svg})
    return names


def _configured(figure: Figure) -> list[Spec]:
    """The panels as the page draws them; a legend that stands above them is not drawn again."""
    above = len(figure.panels) > 1 or (figure.name and figure.series)
    config = dict(CONFIG) | ({"legend": {"disable": True}} if above else {})
    schema = "https://vega.github.io/schema/vega-lite/v6.json"
    return [{"$schema": schema, **p.spec, "config": config} for p in figure.panels]


def _coverages(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Each coverage once, with the results that share it."""
    found: dict[str, dict[str, Any]] = {}
    for result in results:
        cover = result.manifest["coverage"]
        entry = {
            "sentence": words.coverage(result.manifest),
            "counts": cover,
            "loss": tables.loss(cover["set_aside_by_reason"], cover["records_seen"]),
            "failed": cover["failed_inputs"],
            "of": [],
        }
        same = json.dumps(cover, sort_keys=True, default=str)
        found.setdefault(same, entry)["of"].append(text.spoken(result.analysis.name))
    return list(found.values())


@cache
def _script() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, our few lines behind them (0.9 MiB, always the same)."""
    import vl_convert

    bundle: str = vl_convert.javascript_bundle(DRAW)
    # What ends a script element or begins one is escaped, in the way that strings and patterns share.
    return re.sub(r"<(?=/script|script|!--)", r"\\x3c", bundle, flags=re.IGNORECASE)


def _policy(script: str) -> str:
    """The content security policy: no request at all, and no script but this one, known by its hash.

    Vega sets styles on what it draws, hence `unsafe-inline` for styles alone.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    scripts = f"'sha256-{digest}'" if script else "'none'"
    rest = "img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; script-src {scripts}; {rest}"


@cache
def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("analysis.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: text.clean(value) if type(value) is str else value,
    )
    found.filters.update(
        {
            "number": text.number,
            "percent": text.percent,
            "cell": text.cell,
            "failed": words.failed_name,
            "symbol": symbol,
            "ends": text.ends,
            "begun": text.begun,
        }
    )
    return found
