import errno
import logging
import os
import pickle
from pathlib import Path

import pytest

from conf.places import PlaceError, place
from conf.s3 import has_credentials, spark_options, to_s3a
from conf.settings import S3, load
from tests.servers.faulty import Fault

NOTHING_SET = load(environ={})


@pytest.fixture
def no_aws(monkeypatch, tmp_path):
    """A machine without any AWS credentials; gives the place of its configuration file."""
    for name in [n for n in os.environ if n.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return tmp_path / "config"


@pytest.fixture(params=["local", pytest.param("s3", marks=pytest.mark.s3)])
def lake(request, tmp_path):
    """An empty folder on disk or on the S3 server."""
    if request.param == "local":
        return place(str(tmp_path / "lake"), NOTHING_SET)
    server = request.getfixturevalue("s3")
    return place(server.url(f"places/{request.node.name}"), server.settings())


def another_process(lake):
    """A file system that shares no cache with the lake's."""
    return lake.fs.__class__(**lake.fs.storage_options, skip_instance_cache=True)


# --- disk and S3 alike ---


def test_what_is_written_is_read(lake):
    part = lake / "core/pages" / "crawl=a b/part é.parquet"
    assert not part.exists()
    part.write_bytes(b"first")
    part.write_bytes(b"second")
    assert (part.exists(), part.size(), part.read_bytes()) == (True, 6, b"second")
    part.remove()
    part.remove()
    assert not part.exists()
    with pytest.raises(FileNotFoundError):
        part.read_bytes()


def test_a_finished_file_is_moved(lake, tmp_path):
    local = tmp_path / "made here"
    local.write_bytes(b"rows")
    (lake / "a/part").write(local)
    assert (lake / "a/part").read_bytes() == b"rows"
    assert not local.exists()
    assert lake.files() == ["a/part"]


def test_listing_is_sorted_fresh_and_without_hidden_files(lake):
    assert lake.files() == []
    for name in (
        "b/2.parquet",
        "b/1.parquet",
        "a.parquet",
        "b/.3.parquet.tmp",
        ".hidden/4.parquet",
        "c.json",
    ):
        (lake / name).write_bytes(b"x")
    assert not (lake / "b/0.parquet").exists()
    lake.fs.ls(f"{lake.path}/b")
    another_process(lake).pipe_file(f"{lake.path}/b/0.parquet", b"x")
    assert (lake / "b/0.parquet").exists()
    assert lake.files() == ["a.parquet", "b/0.parquet", "b/1.parquet", "b/2.parquet", "c.json"]
    assert lake.files(".parquet") == ["a.parquet", "b/0.parquet", "b/1.parquet", "b/2.parquet"]
    assert (lake / "b").files() == ["0.parquet", "1.parquet", "2.parquet"]


def test_a_neighbour_with_a_longer_name_is_not_listed(lake):
    (lake / "pages/1").write_bytes(b"x")
    (lake / "pages2/1").write_bytes(b"x")
    assert (lake / "pages").files() == ["1"]


def test_a_place_can_be_sent(lake):
    assert repr(lake) == f"Place(url='{lake.url}', path='{lake.path}')"
    sent = pickle.loads(pickle.dumps(lake))
    assert sent == lake
    (sent / "k").write_bytes(b"x")
    assert lake.files() == ["k"]


# --- disk ---


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    folder = place(str(tmp_path / "lake"), NOTHING_SET)
    (folder / "part").write_bytes(b"old")

    def full(self, data):
        with self.open("wb") as handle:
            handle.write(data[:1])
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="no space left"):
        (folder / "part").write_bytes(b"new")
    assert (folder / "part").read_bytes() == b"old"
    assert [p.name for p in (tmp_path / "lake").iterdir()] == ["part"]


def test_a_file_from_another_disk_is_copied_then_renamed(tmp_path, monkeypatch):
    local = tmp_path / "local"
    local.write_bytes(b"rows")
    rename, seen = Path.replace, []

    def across_disks(self, target):
        seen.append((self.name, self.parent == Path(target).parent))
        if self == local:
            raise OSError(errno.EXDEV, "another device")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", across_disks)
    part = place(str(tmp_path / "lake"), NOTHING_SET) / "part"
    part.write(local)
    assert part.read_bytes() == b"rows"
    assert not local.exists()
    assert seen[0] == ("local", False)
    assert seen[1][0].startswith(".part.")
    assert seen[1][1]


def test_addresses_of_the_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    there = str(tmp_path / "lake")
    for url in ("lake", "lake/", "./lake", "~/lake", there, f"file://{there}"):
        opened = place(url, NOTHING_SET)
        assert opened.path == there
        assert opened.is_local


# --- the web ---


def test_a_web_server_is_read_and_nothing_else(faulty):
    faulty.put("/data/a", b"bytes")
    web = place(faulty.address + "/data/", faulty.settings())
    assert (web / "a").read_bytes() == b"bytes"
    assert not web.is_local
    with pytest.raises(PlaceError, match=r"cannot be listed; start from .*paths\.gz"):
        web.files()
    with pytest.raises(PlaceError, match="can only be read"):
        (web / "b").write_bytes(b"x")
    for ask in (web.exists, web.size):
        with pytest.raises(PlaceError, match=r"flows\.sources\.fetch\.size"):
            ask()


# --- addresses that are refused ---


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("gs://bucket/x", "'gs://' is not known; use a folder, https://, http:// or s3://"),
        ("s3://", "names no bucket"),
        ("https:///x", "names no server"),
        ("https://me:hunter2@host/x", "https://host: an address with a password"),
        ("s3://AKIA:hunter2@bucket/x", "s3://bucket: an address with a password"),
        ("https://host/x?X-Amz-Signature=hunter2", "a query is not taken"),
    ],
)
def test_other_addresses_are_refused_without_repeating_a_password(url, said):
    with pytest.raises(PlaceError) as caught:
        place(url, NOTHING_SET)
    assert said in str(caught.value)
    assert "hunter2" not in repr(caught.value)
    assert "\n" not in str(caught.value)


# --- S3: credentials ---


def test_common_crawl_without_an_account_names_the_web_root(no_aws):
    with pytest.raises(PlaceError, match=r"no AWS credentials .* https://data\.commoncrawl\.org/$"):
        place("s3://commoncrawl/crawl-data", NOTHING_SET)
    with pytest.raises(PlaceError, match="no AWS credentials") as caught:
        place("s3://my-lake/", NOTHING_SET)
    assert "commoncrawl" not in str(caught.value)


def test_credentials_come_from_the_usual_chain(no_aws, monkeypatch):
    no_aws.write_text("[profile lab]\naws_access_key_id = A\naws_secret_access_key = B\n", "utf-8")
    assert not has_credentials(S3())
    assert has_credentials(S3(profile="lab"))
    assert place("s3://commoncrawl/x", load(environ={}, s3={"profile": "lab"})).path == "commoncrawl/x"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "A")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "B")
    assert has_credentials(S3())


@pytest.mark.parametrize(
    ("s3", "said"),
    [
        ({"profile": "lap"}, "no AWS profile 'lap'; this machine has: lab"),
        ({"key": "A"}, "s3.key and s3.secret go together"),
        ({"secret": "hunter2"}, "s3.key and s3.secret go together"),
        ({"profile": "lab"}, "PartialCredentialsError"),
    ],
)
def test_half_or_unknown_credentials_are_told(no_aws, s3, said):
    no_aws.write_text("[profile lab]\naws_access_key_id = A\n", "utf-8")
    with pytest.raises(PlaceError) as caught:
        place("s3://lake", load(environ={}, s3=s3))
    assert said in str(caught.value)
    assert "hunter2" not in repr(caught.value)


def test_a_silent_metadata_service_is_not_waited_for(no_aws, monkeypatch, faulty):
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", faulty.address)
    monkeypatch.setenv("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "50")
    for path in ("/latest/api/token", "/latest/meta-data/iam/security-credentials/"):
        faulty.put(path, b"a token")
        faulty.always[path] = Fault("stall", after=0)
    assert not has_credentials(S3())
    assert 1 <= len(faulty.requests) <= 2


def test_landsat_says_who_pays(no_aws):
    keys = {"key": "A", "secret": "B"}
    with pytest.raises(PlaceError, match=r"charged to your AWS account.*s3\.requester_pays"):
        place("s3://usgs-landsat/collection02", load(environ={}, s3=keys))
    paying = place("s3://usgs-landsat/collection02", load(environ={}, s3={**keys, "requester_pays": True}))
    assert paying.fs.requester_pays


# --- S3: the server ---


@pytest.mark.s3
def test_listing_goes_on_after_a_thousand_keys(s3):
    folder = s3.folder / s3.bucket / "many"
    folder.mkdir()
    for i in range(1203):
        (folder / f"{i:04}").write_bytes(b"")
    assert place(s3.url("many"), s3.settings()).files() == [f"{i:04}" for i in range(1203)]


@pytest.mark.s3
@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"secret": "a-wrong-one"}, "SignatureDoesNotMatch: the secret does not belong"),
        ({"key": "somebody"}, "InvalidAccessKeyId: the server does not know"),
    ],
)
def test_wrong_keys_are_an_error_and_never_an_empty_lake(s3, over, said, caplog):
    wrong = place(s3.url("keys"), s3.settings(s3=over))
    with caplog.at_level(logging.DEBUG), pytest.raises(PlaceError) as caught:
        wrong.files()
    assert said in str(caught.value)
    for ask in (wrong.exists, wrong.size, wrong.read_bytes):
        with pytest.raises(PlaceError, match="AccessDenied"):
            ask()
    with pytest.raises(PlaceError, match=said):
        (wrong / "k").write_bytes(b"x")
    shown = repr(wrong) + str(wrong) + repr(caught.value) + caplog.text
    assert "a-wrong-one" not in shown
    assert s3.secret not in shown


@pytest.mark.s3
def test_the_server_refuses_unsigned_requests(s3):
    opened = place(s3.url("keys"), s3.settings())
    unsigned = opened.fs.__class__(**{**opened.fs.storage_options, "key": None, "secret": None, "anon": True})
    with pytest.raises(PermissionError):
        unsigned.find(opened.path)


@pytest.mark.s3
def test_a_bucket_that_is_not_there_is_told(s3):
    with pytest.raises(PlaceError, match="s3://nowhere/x: NoSuchBucket: there is no such bucket"):
        place("s3://nowhere/x", s3.settings()).files()


def test_nobody_answers_in_one_line(no_aws):
    conf = load(environ={}, s3={"endpoint_url": "http://127.0.0.1:9", "key": "A", "secret": "B"})
    with pytest.raises(PlaceError, match=r"s3://lake/x: EndpointConnectionError: .*127\.0\.0\.1:9"):
        (place("s3://lake", conf) / "x").size()


# --- Spark ---


def test_spark_gets_the_same_settings():
    s3 = {
        "endpoint_url": "http://127.0.0.1:80",
        "key": "A",
        "secret": "B",
        "path_style": True,
        "requester_pays": True,
    }
    options = spark_options(load(environ={}, s3=s3))
    assert {k.removeprefix("spark.hadoop.fs.s3a."): v for k, v in options.items()} == {
        "user.agent.prefix": "fieldwork/0.1 (research; reads with care)",
        "endpoint": "http://127.0.0.1:80",
        "endpoint.region": "us-east-1",
        "connection.ssl.enabled": "false",
        "path.style.access": "true",
        "requester.pays.enabled": "true",
        "access.key": "A",
        "secret.key": "B",
        "aws.credentials.provider": "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
    }
    by_profile = spark_options(load(environ={}, s3={"profile": "lab", "region": "us-west-2"}))
    assert by_profile["spark.hadoop.fs.s3a.auth.profile.name"] == "lab"
    assert by_profile["spark.hadoop.fs.s3a.endpoint.region"] == "us-west-2"
    assert not any("key" in name for name in by_profile)
    assert spark_options(load(environ={}, s3={"jars": "/jars"}))["spark.executor.extraClassPath"] == "/jars/*"


def test_spark_calls_s3_s3a():
    assert to_s3a("s3://lake/core") == "s3a://lake/core"
    assert to_s3a("/data/s3://x") == "/data/s3://x"
