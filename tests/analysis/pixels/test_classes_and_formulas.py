"""One class a pixel by a stated order, one loop for all indices: beside plain NumPy and numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kernels.pixels import classes as c
from analysis.kernels.pixels import looks, loops, sums
from analysis.kernels.pixels.formulas import FORMULAS, coefficients, radsat_mask


def test_the_loops_know_the_same_codes():
    assert (int(loops._BINS), int(loops._LAST), int(loops._ELSEWHERE), loops._CODES) == (
        c.BINS,
        c.ABOVE,
        c.ELSEWHERE,
        c.CODES,
    )
    names = ("FILL", "CLOUD", "DILATED", "CIRRUS", "SHADOW", "SNOW", "WATER", "SATURATED", "UNDEFINED")
    assert all(getattr(loops, f"_{n}") == c.FIRST_CAUSE + getattr(c, n) for n in names)
    assert loops._RANGE == c.FIRST_CAUSE + c.OUT_OF_RANGE
    assert all(getattr(loops, f"_{n}_BIT") == getattr(c, f"{n}_BIT") for n in names[1:7])
    assert (loops._MOMENT_BITS, loops._WHAT_BITS) == (sums.MOMENT_BITS, sums.WHAT_BITS)
    assert float(loops._LARGEST) == c.LARGEST
    assert looks._ABOVE == c.ABOVE
    assert sums.WHATS <= 1 << sums.WHAT_BITS


def classified(index, sensor, bands, qa, radsat, *, water=False, physical=False):
    arrays = [np.asarray(a, np.uint16) for a in (bands[0], bands[1], bands[-1], qa, radsat)]
    k, bits = sums._constants(index, sensor, "none", water, physical)
    value, code = np.empty(arrays[0].size, np.float32), np.empty(arrays[0].size, np.uint16)
    loops.classify(*arrays, k, bits, value, code)
    return value, code


def oracle(sensor, one, two, qa, radsat, water, physical):
    """The cause of loss by the order of precedence as written down, or None; NDVI."""
    bit = {
        name: bool(qa >> n & 1)
        for n, name in enumerate(["fill", "dilated_cloud", "cirrus", "cloud", "shadow", "snow"])
    }
    bit["water"] = bool(qa >> 7 & 1) and not water
    bit["cirrus"] &= sensor == "oli-tirs"
    bit["fill"] |= one == 0 or two == 0
    bit["saturated"] = bool(radsat & (0b11000 if sensor == "oli-tirs" else 0b1100))
    bit["out_of_range"] = physical and not all(7273 <= dn <= 43636 for dn in (one, two))
    nir, red = (dn * 0.0000275 - 0.2 for dn in (one, two))
    bit["undefined"] = nir + red == 0 or abs((nir - red) / (nir + red)) > 1000
    cause = next((name for name in c.CAUSES if bit.get(name)), None)
    return cause, None if cause else (nir - red) / (nir + red)


numbers = st.one_of(st.integers(0, 65535), st.sampled_from([0, 1, 7272, 7273, 43636, 43637, 65535]))
pixels = st.lists(
    st.tuples(numbers, numbers, st.integers(0, 65535), st.integers(0, 65535)), min_size=1, max_size=40
)


@given(
    rows=pixels,
    sensor=st.sampled_from(["oli-tirs", "etm", "tm"]),
    water=st.booleans(),
    physical=st.booleans(),
)
@settings(deadline=None, max_examples=300)
def test_classes_by_their_order(rows, sensor, water, physical):
    one, two, qa, radsat = zip(*rows, strict=True)
    value, code = classified("ndvi", sensor, [one, two], qa, radsat, water=water, physical=physical)
    for i, row in enumerate(rows):
        if abs(row[0] + row[1] - 14545.4545) < 200:
            continue  # next to a denominator of 0 single precision decides otherwise
        cause, index = oracle(sensor, *row, water, physical)
        if cause:
            assert code[i] == c.FIRST_CAUSE + list(c.CAUSES).index(cause)
            assert value[i] == 0
        else:
            assert value[i] == pytest.approx(index, rel=1e-4, abs=1e-6)
            bin_of = (index + 1) * c.BINS / 2 + 1
            near = {int(np.clip(np.floor(bin_of + d), 0, c.ABOVE)) for d in (-0.01, 0.01)}
            assert code[i] in near | ({c.BINS} if index <= 1 + 1e-4 else set())


BANDS = {"blue": 0.05, "green": 0.08, "red": 0.1, "nir": 0.4, "swir1": 0.25, "swir2": 0.15}


@pytest.mark.parametrize(
    ("index", "value"),
    [
        ("ndvi", 0.3 / 0.5),
        ("evi", 2.5 * 0.3 / (0.4 + 6 * 0.1 - 7.5 * 0.05 + 1)),
        ("savi", 1.5 * 0.3 / (0.4 + 0.1 + 0.5)),
        ("ndbi", (0.25 - 0.4) / 0.65),
        ("mndwi", (0.08 - 0.25) / 0.33),
        ("nbr", (0.4 - 0.15) / 0.55),
    ],
)
def test_formulas(index, value):
    bands = [np.array([round((BANDS[b] + 0.2) / 0.0000275)]) for b in FORMULAS[index].bands]
    found, code = classified(index, "oli-tirs", bands, [21824], [0])
    assert found[0] == pytest.approx(value, abs=2e-4)
    assert 0 < code[0] <= c.BINS


def test_saturation_looks_at_the_bands_of_the_index():
    assert radsat_mask("ndvi", "oli-tirs") == 1 << 3 | 1 << 4
    assert radsat_mask("ndvi", "etm") == radsat_mask("ndvi", "tm") == 1 << 2 | 1 << 3
    assert radsat_mask("nbr", "tm") == 1 << 3 | 1 << 6
    assert radsat_mask("nbr", "oli-tirs") == 1 << 4 | 1 << 6
    band = np.array([12000])
    _, code = classified("ndvi", "tm", [band, band], [5440], [1 << 4])
    assert code[0] <= c.ABOVE


def test_harmonised_coefficients_fold():
    above, below = coefficients("ndvi", "etm", "roy_rma")
    nir, red = 20000, 10000
    rho = [
        b * (dn * 0.0000275 - 0.2) + a for dn, (a, b) in ((nir, (-0.0021, 1.0073)), (red, (-0.0022, 0.9825)))
    ]
    found = (above @ [1, nir, red, 0]) / (below @ [1, nir, red, 0])
    assert found == pytest.approx((rho[0] - rho[1]) / (rho[0] + rho[1]), rel=1e-12)
    assert np.array_equal(
        coefficients("ndvi", "oli-tirs", "roy_rma"), coefficients("ndvi", "oli-tirs", "none")
    )
