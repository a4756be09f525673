"""What corrected means cannot be made of is refused before texts are scored: the value, what is valid, the cure."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import run
from analysis.coding.errors import CodingError
from analysis.coding.sheets import lines, written
from flows.cli import main
from tests.analysis.coding.means_study import Study, toml

NAME, PAGES = "sentiment-corrected", "sentiment-corrected-pages"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return Study(tmp_path_factory.mktemp("study")).coded()


@pytest.fixture
def sample(study, tmp_path) -> Path:
    """A copy of the sample, to be harmed."""
    return Path(shutil.copytree(study.sample, tmp_path / "sample"))


@pytest.fixture
def told(study, monkeypatch, capsys, tmp_path):
    """What the command says when it refuses: one line on the error stream, exit code 2, no traceback."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["fieldwork", *words, "--lake", study.settings.lake])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert (ended.value.code, out) == (2, "")
        assert "Traceback" not in err and "not foreseen" not in err
        return " ".join(err.split())

    return call


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"coded": ""}, "coded is not given; name the folder of a sample"),
        ({"estimators": ()}, "estimators is empty; choose from counted, adjusted, ppi, dsl, coded_only"),
        ({"estimators": ("ppi", "naive")}, "'counted', 'adjusted', 'ppi', 'dsl' or 'coded_only'; it is 'naive'"),
        ({"by": "day"}, "option 'by': Input should be 'month', 'year' or 'all'; it is 'day'"),
        ({"group": "host"}, "option 'group': Input should be 'all', 'outlet' or 'language'; it is 'host'"),
        ({"unit": "word"}, "option 'unit': Input should be 'sentence' or 'article'; it is 'word'"),
        ({"score_end": 0.0}, "score_end is 0; give the score of an end of the scale, above 0"),
        ({"score_end": float("nan")}, "score_end is nan; give"),
        ({"score_end": float("inf")}, "score_end is inf; give"),
        ({"scale_low": float("inf")}, "scale_low is inf; give a number"),
        ({"scale_high": float("nan")}, "scale_high is nan; give a number"),
        ({"strata": ("outlet",)}, "has no option 'strata'; the nearest is"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", [NAME, PAGES])
def test_options_are_refused_before_anything_is_read(name, options, said):
    with pytest.raises(ValueError) as ended:
        run(name, "no lake", **{"coded": "no sample"} | options)
    assert said in str(ended.value)
    assert str(ended.value).startswith(f"the analysis {name}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Missing argument 'CODED'"),
        (["none"], "no sample in 'none': it has no manifest.json; name the folder of a drawn one"),
        (["{sample}", "--by", "day"], "'day' is not one of 'month', 'year', 'all'"),
        (["{sample}", "--group", "host"], "'host' is not one of 'all', 'outlet', 'language'"),
        (["{sample}", "--unit", "word"], "'word' is not one of 'sentence', 'article'"),
        (["{sample}", "--estimators", "ppi,naive"], "'naive' is not one of 'counted', 'adjusted', 'ppi', 'dsl'"),
        (["{sample}", "--score-end", "0"], "score_end is 0; give the score of an end of the scale, above 0"),
        (["{sample}", "--scale-low", "x"], "'x' is not a valid float"),
        (["{sample}", "--scale-low", "1"], "scale_low and scale_high are both 1; give the codes of the two ends"),
        (["{sample}", "--scorer", "vedar"], "scorer is 'vedar'; choose from vader, dictionary, afinn, python"),
        (["{sample}", "--scorer", "dictionary:no.csv"], "No such file or directory: 'no.csv'"),
        (["{sample}", "--archive-month", "1999-01"], "it has 2024-05/resiliparse"),
    ],
)  # fmt: skip
def test_the_command_says_it_in_a_line(told, study, words, said):
    assert said in told(NAME, *(word.format(sample=study.sample) for word in words))


def test_a_sample_of_another_table_names_the_command_that_takes_it(told, study):
    said = told(PAGES, str(study.sample))
    assert (
        "was drawn from articles, and this reads pages: fieldwork sentiment-corrected "
        + str(study.sample).split()[0]
        in said
    )


def test_a_result_or_a_model_is_no_sample(told, study, tmp_path):
    result = run(NAME, settings=study.settings, coded=str(study.sample), estimators=("counted",))
    result.save(str(tmp_path / "result"))
    assert "'result' holds a result of sentiment-corrected, no sample" in told(NAME, "result")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "card.json").write_text("{}")
    assert "no sample in 'model': it holds a model" in told(NAME, "model")


def relabel(sample: Path, label) -> None:
    """Give every text of `labels.parquet` the label that a function of its row says."""
    path = sample / "labels.parquet"
    rows = pq.read_table(path)
    made = pa.array([label(row) for row in rows.to_pylist()], pa.string())
    pq.write_table(rows.set_column(rows.column_names.index("label"), rows.field("label"), made), path)


def test_missing_codes_are_told_with_what_to_do(told, sample):
    relabel(sample, lambda row: None)
    assert "has a label; code some, and read them anew" in told(NAME, str(sample))
    (sample / "labels.parquet").unlink()
    assert f"has no codes yet; read them: fieldwork annotate read {sample}" in told(NAME, str(sample))


def test_a_stratum_that_nobody_coded_is_named(told, sample):
    relabel(sample, lambda row: None if "ironic.org" in row["stratum"] else row["label"])
    said = told(NAME, str(sample))
    assert "2 of 4 strata have no coded text (outlet=ironic.org · month=2024-01" in said
    assert "code at least one of each, or draw with fewer strata" in said


def test_labels_without_an_order_are_refused_with_the_cure(tmp_path):
    study = Study(tmp_path, toml("nominal")).coded()
    with pytest.raises(
        CodingError, match=r"negative, neutral, positive have neither order nor values .* draw anew"
    ):
        run(NAME, settings=study.settings, coded=str(study.sample))


def test_a_label_that_is_none_of_the_codebook_is_named_and_does_not_count(
    study, sample, told, capsys, monkeypatch
):
    """`annotate read` ends with exit code 1, and all other codes are measured."""
    path = sample / "sheets" / "coder.csv"
    rows = [dict(line.cells) for line in lines(path.name, path.read_bytes())]
    rows[0]["label"] = "postive"
    path.write_bytes(written(list(rows[0]), [list(row.values()) for row in rows]))
    monkeypatch.setattr(sys, "argv", ["fieldwork", "annotate", "read", str(sample)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    said = "coder.csv, line 2: 'postive' is no label; perhaps 'positive': the labels are negative, neutral, positive"
    assert said in " ".join(capsys.readouterr().err.split())
    result = run(NAME, settings=study.settings, coded=str(sample), by="all")
    assert result.table["items_coded"].to_pylist() == [239] * 5


def test_another_lake_is_told_from_the_one_that_was_drawn_from(study, sample, tmp_path):
    home = study.home().relative_to(study.settings.lake)
    part = sorted(study.home().glob("*.parquet"))[0]
    (tmp_path / "other" / home).mkdir(parents=True)
    shutil.copy(part, tmp_path / "other" / home)
    with pytest.raises(
        CodingError, match=r"of 240 coded texts are not among the \d+ that were read .*--lake"
    ):
        run(NAME, str(tmp_path / "other"), coded=str(sample))
    with pytest.raises(LookupError, match=r"nothing of core__ccnews__articles in .* fits; it is empty"):
        run(NAME, str(tmp_path / "none"), coded=str(sample))


def test_articles_that_landed_since_are_not_measured_in_silence(study, sample, tmp_path):
    """The same partitions with one file more: the frame no longer counts what is there."""
    lake = Path(shutil.copytree(study.settings.lake, tmp_path / "grown"))
    home = lake / study.home().relative_to(study.settings.lake)
    first = sorted(home.glob("*.parquet"))[0]
    rows = pq.read_table(first)
    moved = rows.set_column(
        rows.column_names.index("source_file"), rows.field("source_file"), pa.array(["new"] * rows.num_rows)
    )
    pq.write_table(moved, home / "part-new.parquet")
    with pytest.raises(
        CodingError,
        match="texts are predicted or scored, but the sample was drawn from 686; both must be the same",
    ):
        run(NAME, str(lake), coded=str(sample))


def test_a_frame_that_was_changed_is_refused(told, sample):
    rows = pq.read_table(sample / "frame.parquet")
    pq.write_table(rows.slice(1), sample / "frame.parquet")
    assert "frame.parquet was changed since the sample was drawn; restore it, or draw anew" in told(
        NAME, str(sample)
    )
