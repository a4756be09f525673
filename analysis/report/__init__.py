"""Results for people: one HTML file with charts, figures for a paper, exports for statistics software.

Nothing heavy is imported here; charts, tables and Stata files load their libraries when they are made.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.report.export import FORMATS, export
from analysis.report.stata import ExportError

if TYPE_CHECKING:
    from analysis.report.model.data import Model
    from analysis.result import Result
    from conf.settings import Settings

__all__ = ["FORMATS", "ExportError", "export", "figures", "opened", "write"]


def write(results: Sequence[Result | Model], path: Path, title: str | None = None) -> Path:
    """Write one self-contained HTML file about one or several results or learnt models.

    It needs no other file and asks nothing of any network; a content security policy inside it sees to that.

    Args:
        results: What to report, in the order of the page; `opened` reads them from their folders.
        path: Where to; folders on the way are made.
        title: Heading of the page; by default the names of the analyses.

    Returns:
        The path.

    Raises:
        ValueError: No result was given.
    """
    from analysis.report.page import render

    page = render(results, title)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")
    return path


def opened(folder: str, settings: Settings | None = None) -> Result | Model:
    """What a folder holds, here or on S3: a saved result, or a model of `fieldwork learn`.

    Raises:
        FileNotFoundError: It holds neither.
    """
    from analysis.report.model.data import opened as found

    return found(folder, settings)


def figures(result: Result | Model, folder: Path, formats: Sequence[str] = ("png", "svg")) -> list[Path]:
    """Write the result's charts as picture files, from the specifications that the report draws.

    Args:
        result: What to draw, a result or a model.
        folder: Where to; made where absent. Files are named after the analysis: `words.png`, `ndvi-map.png`.
        formats: Any of `png` (144 dots an inch) and `svg`.

    Returns:
        The files written; none where a table of this shape has no chart.

    Raises:
        ValueError: An unknown format.
    """
    from analysis.report.charts import figures_of, save
    from analysis.report.model.charts import figures_of_model
    from analysis.report.model.data import Model

    name, found = (
        (f"model-{result.name}", figures_of_model(result))
        if isinstance(result, Model)
        else (result.analysis.name, figures_of(result))
    )
    drawn = [(f"{name}-{figure.name}" if figure.name else name, figure) for figure in found if figure.panels]
    return [path for stem, figure in drawn for path in save(figure, folder, stem, formats)]
