"""A small archive of Landsat scenes and a lake."""

from __future__ import annotations

import pytest

from tests.flows.landsat.made_scenes import Archive, Lake, at


@pytest.fixture
def scenes(tmp_path) -> Archive:
    """An empty archive."""
    pytest.importorskip("rasterio", reason="rasterio is not installed (extra `raster`)")
    return Archive(tmp_path / "archive")


@pytest.fixture
def lake(scenes, tmp_path) -> Lake:
    """A lake of that archive."""
    return at(str(scenes.root), tmp_path)
