"""Which scenes are found: in a folder laid out as the bucket is, in a list, by a STAC search."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from conf.places import place
from conf.settings import load
from flows.sources import find
from flows.sources.source import SelectionError
from tests.flows.landsat.made_scenes import ID, at

OTHERS = (
    "LC08_L2SP_028030_20200114_20190101_02_T1",  # older processing of the same scene
    "LC08_L2SP_028030_20200114_20230101_02_T2",  # newer, but of the lower tier
    "LC08_L2SP_028030_20200130_20200824_02_RT",
    "LE07_L2SP_028030_20200206_20200824_02_T1",
    "LC08_L2SP_028030_20210114_20210824_02_T1",
)


@pytest.fixture
def many(scenes, lake):
    """Several versions and scenes, each of a few pixels."""
    for product in (ID, *OTHERS):
        scenes.scene(product, shape=(40, 40), tiled=False)
    (scenes.root / "collection02/level-2/standard/oli-tirs/2020/028/030/notes.txt").write_text("none of ours")
    return lake


def ids(lake, source="landsat", **chosen) -> list[str]:
    return [item.key.rpartition("/")[2] for item in lake.inputs(source, **chosen)]


@pytest.mark.parametrize("source", ["landsat", "landsat-scenes"])
def test_the_best_version_of_each_scene(many, source):
    assert ids(many, source) == [OTHERS[3], ID, OTHERS[4]]


def test_what_is_asked_for_narrows_it(many):
    assert ids(many, sensors=("etm",)) == [OTHERS[3]]
    assert ids(many, satellites=(8,), dates="2021") == [OTHERS[4]]
    assert ids(many, tiers=("T2",)) == [OTHERS[1]]
    assert ids(many, tiers=("RT",), dates="2020-01") == [OTHERS[2]]
    assert ids(many, cloud_max=0.05) == []
    assert ids(many, path_row=("029/030",)) == []


def test_the_plan_says_what_would_be_read(many):
    archive = place(many.settings.archives.landsat, many.settings)
    told = find("landsat").plan(many.inputs(), archive, many.settings)
    assert (told["scenes"], told["blocks"], told["duplicates"]) == (3, 12, 2)
    assert told["bytes"] == sum(p.stat().st_size for p in used_files(many))
    assert "note" not in told


def used_files(lake) -> list[Path]:
    used = (OTHERS[3], ID, OTHERS[4])
    return [p for p in Path(lake.settings.archives.landsat).rglob("*.TIF") if p.parent.name in used]


def test_the_plan_says_who_is_charged(lake):
    from flows.sources.landsat.scenes import charged

    s3 = {"key": "k", "secret": "s", "requester_pays": True}
    usgs = place("s3://usgs-landsat/", load(environ={}, s3=s3))
    assert "charged to your AWS account" in charged(usgs)["note"]
    assert charged(place("elsewhere", lake.settings)) == {}


def test_a_list_of_scenes(many, tmp_path):
    path = tmp_path / "ids.txt"
    path.write_text(f"# mine\n{ID}\n\ns3://usgs-landsat/somewhere/{OTHERS[4]}_SR\n")
    assert ids(many, scenes=str(path), path_row=()) == [ID, OTHERS[4]]
    path.write_text("S2A_MSIL2A\n")
    with pytest.raises(SelectionError, match="'S2A_MSIL2A' is no product"):
        many.inputs(scenes=str(path))
    with pytest.raises(SelectionError, match="no list of scenes"):
        many.inputs(scenes="nowhere.txt")


def test_a_folder_without_an_archive_is_told(lake):
    with pytest.raises(SelectionError, match="no Landsat archive"):
        lake.inputs()


def test_a_web_server_cannot_be_listed(tmp_path):
    lake = at("http://127.0.0.1:1/archive", tmp_path)
    with pytest.raises(SelectionError, match="--scenes FILE"):
        lake.inputs()


@pytest.fixture
def catalogue():
    """A STAC API of two pages that remembers what it was asked."""
    asked: list[dict] = []
    items = [f"{i}_SR" for i in (ID, *OTHERS)] + ["LC08_L2SP_028030_20200114_20200824_02_T1_ST", "S2A_33"]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(body)
            start = body.get("token", 0)
            page = {"features": [{"id": i} for i in items[start : start + 5]], "links": []}
            if start + 5 < len(items):
                link = {"rel": "next", "method": "POST", "href": "/search", "body": {"token": start + 5}}
                page["links"].append(link)
            data = json.dumps(page if self.path == "/search" else {"no": "features"}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_search_finds_the_same(many, catalogue):
    url, asked = catalogue
    assert ids(many, stac=url, dates="2020..2021") == ids(many, dates="2020..2021")
    assert [a.get("token", 0) for a in asked] == [0, 5]
    assert asked[0]["datetime"] == "2020-01-01T00:00:00Z/2021-12-31T23:59:59Z"
    west, south, east, north = asked[0]["bbox"]
    assert west < -95.6 < east
    assert south < 43.2 < north


def test_what_is_no_catalogue_is_told(many, catalogue):
    url, _ = catalogue
    with pytest.raises(SelectionError, match="is no STAC API"):
        many.inputs(stac=f"{url}/elsewhere")
    with pytest.raises(SelectionError, match="begins with https"):
        many.inputs(stac="file:///etc/passwd")
