"""Where a TIFF's directory ends: a file cut before that cannot be opened, however often it is asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources.answer import Span
from flows.sources.landsat.directory import directory_end
from tests.flows.landsat.made_scenes import BANDS, COG

KINDS = {
    "cloud-optimised": COG,
    "strips": {"blockysize": 7},
    "big-endian": COG | {"ENDIANNESS": "BIG"},
    "BigTIFF": COG | {"BIGTIFF": "YES"},
    "big-endian BigTIFF": COG | {"ENDIANNESS": "BIG", "BIGTIFF": "YES"},
}


def end(data: bytes) -> int:
    order = "<" if data[:2] == b"II" else ">"
    return directory_end(lambda span: data[span.start : span.start + span.length], order)


@pytest.mark.parametrize("how", KINDS.values(), ids=KINDS)
def test_the_directory_lies_in_a_whole_file_and_in_no_shorter_one(scenes, how):
    scenes.scene(bands=BANDS[:1], **how)
    data = scenes.file(BANDS[0]).read_bytes()
    needed = end(data)
    assert 100 < needed <= len(data)
    cuts = np.unique(np.linspace(4, needed - 1, 200).astype(int))
    assert all(end(data[:cut]) > cut for cut in cuts.tolist())
    assert end(data[:needed]) == needed


def test_what_gdal_opens_has_its_directory(scenes):
    """The shortest file that GDAL opens is no shorter than the directory's end says, so that none is given up that
    could be opened."""
    import rasterio
    from rasterio.errors import RasterioError

    scenes.scene(bands=BANDS[:1])
    path = scenes.file(BANDS[0])
    data = path.read_bytes()
    path.write_bytes(data[: end(data)])
    with rasterio.open(path, driver="GTiff") as file:
        assert file.shape == (600, 700)
    path.write_bytes(data[:100])
    with pytest.raises(RasterioError):
        rasterio.open(path, driver="GTiff")


@given(st.binary(max_size=64), st.sampled_from([b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"]))
@settings(deadline=None)
def test_any_bytes_have_an_end(junk, magic):
    asked: list[Span] = []
    data = magic + junk
    order = "<" if magic[:1] == b"I" else ">"

    def read(span: Span) -> bytes:
        asked.append(span)
        return data[span.start : span.start + span.length]

    assert directory_end(read, order) > 0
    assert len(asked) <= 3
    assert max(span.length for span in asked) <= 4096 * 20
