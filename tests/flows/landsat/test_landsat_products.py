"""Product ids, keys, bands, versions; and what can be asked for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sources.landsat.products import PRODUCT, ProductError, best, parse
from flows.sources.landsat.select import Selection
from flows.sources.source import SelectionError

KEY = "collection02/level-2/standard/etm/2021/044/033/LE07_L2SP_044033_20210329_20210424_02_T1"


def test_keys_are_those_of_the_bucket():
    product = parse("LE07_L2SP_044033_20210329_20210424_02_T1")
    assert product.key == KEY
    assert product.file("nir") == f"{KEY}/LE07_L2SP_044033_20210329_20210424_02_T1_SR_B4.TIF"
    assert product.file("qa_radsat").endswith("_QA_RADSAT.TIF")
    assert (product.acquired, product.processed) == (date(2021, 3, 29), date(2021, 4, 24))
    assert product.partition == {"sensor": "etm", "year": "2021"}
    with pytest.raises(KeyError):
        product.file("pan")


@pytest.mark.parametrize(
    ("letters", "sensor", "numbers"),
    [
        ("LC09", "oli-tirs", "234567"),
        ("LO08", "oli-tirs", "234567"),
        ("LC08", "oli-tirs", "234567"),
        ("LE07", "etm", "123457"),
        ("LT05", "tm", "123457"),
        ("LT04", "tm", "123457"),
    ],
)
def test_bands_by_satellite(letters, sensor, numbers):
    product = parse(f"{letters}_L2SR_044033_20000329_20210424_02_T2")
    assert (product.sensor, product.satellite) == (sensor, int(letters[2:]))
    bands = ("blue", "green", "red", "nir", "swir1", "swir2")
    assert "".join(product.file(b)[-5] for b in bands) == numbers


@pytest.mark.parametrize(
    "name",
    [
        "LC08_L1TP_044033_20200114_20200824_02_T1",  # Level 1
        "LC08_L2SP_044033_20200114_20200824_01_T1",  # Collection 1
        "LC08_L2SP_044033_20200114_20200824_02_T1_SR",
        "LM03_L2SP_044033_20200114_20200824_02_T1",
        "LC08_L2SP_044033_20200231_20200824_02_T1",
        "LC08_L2SP_234033_20200114_20200824_02_T1",
        "LC08_L2SP_044000_20200114_20200824_02_T1",
        "../../../etc/passwd",
        "",
    ],
)
def test_other_names_are_refused(name):
    with pytest.raises(ProductError):
        parse(name)


@given(st.from_regex(PRODUCT, fullmatch=True))
def test_any_name_of_the_form_is_parsed_or_refused(name):
    try:
        product = parse(name)
    except ProductError:
        return
    assert product.key.endswith(f"/{product.path:03d}/{product.row:03d}/{name}")


@given(st.permutations(["20200824_02_T1", "20210101_02_T1", "20220101_02_T2", "20230101_02_RT"]))
def test_the_best_version_is_used_whatever_the_order(versions):
    chosen = best(parse(f"LC08_L2SP_044033_20200114_{v}") for v in versions)
    assert [(p.id, n) for p, n in chosen] == [("LC08_L2SP_044033_20200114_20210101_02_T1", 3)]


def test_versions_differ_from_scenes():
    ids = ["LC08_L2SR_044033_20200114_20200824_02_T1", "LC08_L2SP_044033_20200114_20200824_02_T1"]
    others = ["LC09_L2SP_044033_20200114_20200824_02_T1", "LC08_L2SP_044034_20200114_20200824_02_T1"]
    assert [(p.level, n) for p, n in best(map(parse, ids))] == [("L2SP", 1)]
    assert len(best(map(parse, ids + others))) == 3


@pytest.mark.parametrize(
    ("dates", "first", "last"),
    [
        ("2019..2021", date(2019, 1, 1), date(2021, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2020-02-03..2020-02-04", date(2020, 2, 3), date(2020, 2, 4)),
        ("..1999", date(1982, 7, 16), date(1999, 12, 31)),
    ],
)
def test_dates(dates, first, last):
    assert Selection(path_row=("1/1",), dates=dates).days == (first, last)


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({}, "say where"),
        ({"path_row": ("44-33",)}, "'44-33' is no path and row"),
        ({"path_row": ("234/1",)}, "path 1 to 233"),
        ({"path_row": ("44/33",), "dates": "2020..2019"}, "end before they begin"),
        ({"path_row": ("44/33",), "dates": "spring"}, "'spring' is no day"),
        ({"path_row": ("44/33",), "dates": "2020-02-30"}, "no day"),
        ({"path_row": ("44/33",), "satellites": (6,)}, "choose from 4, 5, 7, 8, 9"),
        ({"path_row": ("44/33",), "cloud_max": 60.0}, "no share"),
        ({"path_row": ("44/33",), "bands": ()}, "no band"),
        ({"scenes": "a", "stac": "https://b"}, "not both"),
    ],
)
def test_what_contradicts_itself_is_told(chosen, told):
    with pytest.raises(SelectionError, match=told):
        Selection(**chosen)


def test_quality_always_comes_along():
    assert Selection(path_row=("1/1",), bands=("swir2", "blue")).all_bands == (
        "blue",
        "swir2",
        "qa_pixel",
        "qa_radsat",
    )
