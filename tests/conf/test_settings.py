"""Settings: typed, immutable, unknown keys answered with the nearest known one."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from conf.settings import PROFILES, SettingsError, known, load


def test_defaults_are_the_laptops():
    settings = load(environ={})
    assert settings.lake == "lake"
    assert settings.archives.commoncrawl == "https://data.commoncrawl.org/"


def test_order_is_profile_environment_arguments(tmp_path):
    profile = tmp_path / "mine.toml"
    profile.write_text('lake = "from-profile"\n[ingest]\nprocesses = 3\nloss_limit = 0.5\n')
    environ = {
        "FIELDWORK_PROFILE": str(profile),
        "FIELDWORK_INGEST__PROCESSES": "5",
        "FIELDWORK_LAKE": "from-env",
    }
    settings = load(environ=environ, lake="from-argument")
    assert (settings.lake, settings.ingest.processes, settings.ingest.loss_limit) == ("from-argument", 5, 0.5)


@pytest.mark.parametrize("profile", sorted(p.stem for p in PROFILES.glob("*.toml")))
def test_every_profile_is_valid(profile):
    assert load(profile, environ={}).lake


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"FIELDWORK_LAKKE": "x"}, "unknown setting 'lakke'; the nearest known one is 'lake'"),
        ({"FIELDWORK_INGEST__PROCESES": "2"}, "the nearest known one is 'ingest.processes'"),
        ({"FIELDWORK_INGST__PROCESSES": "2"}, "the nearest known one is 'ingest'"),
        ({"FIELDWORK_INGEST__PROCESSES": "two"}, "setting 'ingest.processes' cannot be 'two'"),
        ({"FIELDWORK_INGEST__LOSS_LIMIT": "2"}, "setting 'ingest.loss_limit' cannot be '2'"),
        ({"FIELDWORK_PROFILE": "desktop"}, "no profile 'desktop'; choose from cluster, laptop"),
    ],
)
def test_a_wrong_setting_is_named_with_the_cure(environ, said):
    with pytest.raises(SettingsError, match=said):
        load(environ=environ)


def test_a_setting_and_a_section_of_the_same_name_do_not_crash():
    with pytest.raises(SettingsError):
        load(environ={"FIELDWORK_LAKE": "x", "FIELDWORK_LAKE__Y": "z"})


def test_settings_are_immutable():
    with pytest.raises(ValidationError, match="frozen"):
        load(environ={}).lake = "other"  # type: ignore[misc]


def test_a_secret_is_never_shown():
    settings = load(environ={"FIELDWORK_S3__SECRET": "hush"})
    assert "hush" not in repr(settings) + str(settings) + settings.model_dump_json()
    with pytest.raises(SettingsError) as told:
        load(environ={"FIELDWORK_S3__SECRET__X": "hush"})
    assert "hush" not in str(told.value)


def test_every_setting_has_a_sentence():
    settings = load(environ={})
    for name in known():
        place = settings
        *sections, last = name.split(".")
        for section in sections:
            place = getattr(place, section)
        assert type(place).model_fields[last].description, name
