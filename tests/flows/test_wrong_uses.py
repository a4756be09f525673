"""Hand-coding used wrongly, as a newcomer would: each answer is one line with the cure, and nothing is written."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.cli import main
from tests.analysis.coding.means_study import LABELS, Study, toml

TONE = toml("nominal")


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A folder with a lake, a coded sample, a model learnt from it, and what it predicts."""
    root = tmp_path_factory.mktemp("wrong")
    study = Study(root, TONE, seed=3).coded()
    fresh = shutil.copytree(study.sample, root / "fresh")
    for name in ("labels", "codes", "agreement"):
        (fresh / f"{name}.parquet").unlink()
    sheet = fresh / "sheets" / "coder.csv"
    content = sheet.read_text("utf-8-sig")
    for name in LABELS:
        content = content.replace(f",{name},", ",,")
    sheet.write_text(content, "utf-8")
    (root / "tone.toml").write_text(TONE, "utf-8")
    return root


@pytest.fixture
def call(home, monkeypatch, capsys):
    """Runs `fieldwork` in that folder; returns exit code and what is said, in one line."""
    monkeypatch.chdir(home)
    monkeypatch.setenv("FIELDWORK_LAKE", str(home / "lake"))

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["fieldwork", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        err = capsys.readouterr().err
        assert "Traceback" not in err and "not foreseen" not in err and "Errno" not in err
        return ended.value.code, " ".join(err.split())

    return run


@pytest.fixture
def refused(call, home):
    """What is said of a command that cannot be run; it leaves nothing behind."""

    def run(line: str) -> str:
        before = sorted(home.rglob("*"))
        code, said = call(*line.split())
        assert code == 2, said
        assert sorted(home.rglob("*")) == before
        return said

    return run


@pytest.fixture(scope="module")
def model(home):
    """A model of the sample."""
    from analysis.learning.learn import learn
    from analysis.learning.options import Learn
    from conf.settings import load

    asked = Learn(
        codes=str(home / "sample"), estimator="naive-bayes", ngrams=(1,), bits=12, folds=2, together=()
    )
    learn(asked, load(environ={})).save(str(home / "model"), load(environ={}))
    return "model"


@pytest.fixture(scope="module")
def predicted(home, model):
    """Its classes of all articles of one extractor."""
    from analysis import run
    from conf.settings import load

    where = {"archive_month": ["2024-05"], "extractor": ["resiliparse"]}
    settings = load(environ={}, lake=str(home / "lake"))
    run("classify", settings=settings, where=where, model=str(home / model)).save(
        str(home / "classes"), settings
    )
    return "classes"


DRAW = "annotate draw --codebook tone.toml --extractor resiliparse --out new"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{DRAW} --crawl CC-MAIN-2023-06",
         "--crawl: articles are chosen by --archive-month and --extractor; leave it out, or draw from pages: --table"),
        (f"{DRAW} --table pages --archive-month 2024-05",
         "--archive-month: pages are chosen by --crawl and --extractor; leave it out, or draw from articles"),
        (f"{DRAW} --size 0", "size is 0; give 1 or more"),
        (f"{DRAW} --minimum -1", "minimum is -1; give 1 or more"),
        (f"{DRAW} --strata outlet --size 1", "2 strata with at least 2 texts each need a sample of 4, not of 1"),
        (f"{DRAW} --strata score --bands 0 --scores no.csv",
         "scores is 'no.csv', and there is no such file; give a CSV or Parquet file"),
        (f"{DRAW} --allocation neyman --sd no.csv", "sd is 'no.csv', and there is no such file; give a CSV"),
        (f"{DRAW} --languages swa", "no text fits, so there is nothing to draw from; widen languages"),
        (f"{DRAW} --languages en", "language 'en' is no code of ISO 639-3; 'eng' is meant"),
        ("words --languages en", "language 'en' is no code of ISO 639-3; 'eng' is meant"),
        ("annotate draw --codebook tone.toml --out sample", "'sample' holds a sample or a result already"),
        ("annotate draw --codebook no.toml --out new", "File 'no.toml' does not exist"),
        ("annotate read nowhere", "no sample in 'nowhere': it has no manifest.json; name the folder of a drawn one"),
        ("annotate read sample --sheet anna", "'anna' is no NAME=FILE with a file that is there"),
        ("learn fresh --out new", "'fresh' has no codes yet; read them: fieldwork annotate read fresh"),
        ("learn fresh --estimator stream --out new", "'fresh' has no codes yet; read them: fieldwork annotate read"),
        ("learn lake --out new", "'lake' holds no coded sample; give the folder of one"),
        ("learn sample --folds 1 --out new", "folds is 1; give 2 or more"),
        ("learn sample --draws 0 --out new", "draws is 0; give 1 or more"),
        ("classify", "model is empty; give the folder of `fieldwork learn"),
        ("classify --model sample", "'sample' holds no model, as it has no card.json; it is a sample, to learn from: "
         "fieldwork learn sample --out FOLDER"),
        ("classify --model nowhere --extractor resiliparse", "'nowhere' holds no model, as it has no card.json; name"),
        ("shares", "predictions is not given; name a folder with --predictions"),
        ("shares --predictions classes --coded fresh", "'fresh' has no codes yet; read them: fieldwork annotate read"),
        ("shares --predictions sample --coded sample", "'sample' has no Parquet file with source_file, record_offset "
         "and predicted; name the folder of a result of `fieldwork classify --model MODEL --out FOLDER`"),
        ("shares --predictions classes --coded classes", "'classes' holds a result of classify, no sample"),
        ("report sample", "nothing to report in 'sample': it holds a sample to code; report what is made with it"),
    ],
)  # fmt: skip
def test_it_is_told_what_is_wrong_and_what_to_do(refused, predicted, line, said):
    words = line if "classify --model sample" not in line else f"{line} --extractor resiliparse"
    assert said in refused(words)


def test_a_codebook_that_is_no_text_is_named(refused, home):
    (home / "binary.toml").write_bytes(b"\xff\xfe\x00")
    assert "binary.toml is no text in UTF-8" in refused("annotate draw --codebook binary.toml --out new")
    (home / "broken.toml").write_text("question = ")
    assert "broken.toml is no TOML" in refused("annotate draw --codebook broken.toml --out new")


def test_sheets_without_a_code_are_told_from_sheets_with_problems(call, home, tmp_path):
    copy = shutil.copytree(home / "fresh", tmp_path / "copy")
    code, said = call("annotate", "read", str(copy))
    assert code == 0
    assert f"no text has a code yet: fill in the column `label` of the sheets in {copy}/sheets" in said
    for line in (f"shares --predictions classes --coded {copy}", f"sentiment-corrected {copy}"):
        code, said = call(*line.split())
        assert code == 2 and ("has a label; code some" in said or "neither order nor values" in said)
    code, said = call("learn", str(copy), "--out", str(tmp_path / "new"))
    assert (code, "0 texts have a label, of 0 classes; two are needed: code more" in said) == (2, True)


@pytest.mark.parametrize("head", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_workbook_in_place_of_a_sheet_is_told_how_to_be_saved(call, tmp_path, home, head):
    path = tmp_path / "coder.xlsx"
    path.write_bytes(head + b"\0" * 50)
    code, said = call("annotate", "read", "sample", "--sheet", f"coder={path}")
    assert code == 2
    assert "coder.xlsx is a workbook, no CSV; save it as “CSV UTF-8”" in said


def test_predictions_by_a_model_of_another_codebook_are_refused(call, home, predicted, tmp_path):
    rows = pq.read_table(home / predicted / "predictions.parquet")
    other = pa.array(["politics"] * rows.num_rows)
    at = rows.column_names.index("predicted")
    pq.write_table(rows.set_column(at, rows.field("predicted"), other), tmp_path / "predictions.parquet")
    code, said = call("shares", "--predictions", str(tmp_path), "--coded", "sample")
    assert code == 2
    assert (
        "predicted has the class 'politics', and the classes of the codebook are negative, neutral, positive"
        in said
    )
    assert "predict with a model that was learnt from texts coded by this codebook" in said


def test_predictions_of_other_texts_are_refused(call, home, predicted, tmp_path):
    rows = pq.read_table(home / predicted / "predictions.parquet")
    pq.write_table(rows.slice(100), tmp_path / "predictions.parquet")
    code, said = call("shares", "--predictions", str(tmp_path), "--coded", "sample")
    assert code == 2
    assert (
        "240 texts are coded and" in said and "predict the same lake that the sample was drawn from" in said
    )
