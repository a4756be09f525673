"""Jars that tests need and no Python package brings: the S3 server, and S3A for Spark.

`python -m tests.servers.jars` fetches both with Maven into `.cache/jars`; what is there is left alone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

JARS = Path(__file__).resolve().parents[2] / ".cache" / "jars"
S3PROXY = JARS / "s3proxy"
"""Folder of the S3 server's one jar."""
S3A = JARS / "s3a"
"""Folder of the jars that Spark needs for s3a://, to be put on its class path as `DIR/*`."""
GRAPHFRAMES = JARS / "graphframes"
"""Folder for the two jars of GraphFrames; it is not filled here, since not every copy of Maven Central has them."""

HADOOP = "3.4.2"
"""The Hadoop that pyspark 4.1 bundles; S3A must be of the same release."""
AWS_SDK = "2.29.52"
"""The AWS SDK that Hadoop 3.4.2 was built with."""
AWS_MODULES = ("s3", "s3-transfer-manager", "sts", "kms", "apache-client")
SERVER = "org.gaul:s3proxy:4.1.0:jar:jar-with-dependencies"

# Spark has these, newer; two copies on one class path clash.
SPARK_HAS_GROUPS = "io.netty,org.slf4j,commons-codec,commons-logging,org.apache.httpcomponents"

POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>fieldwork</groupId><artifactId>s3a</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.hadoop</groupId><artifactId>hadoop-aws</artifactId><version>{hadoop}</version>
      <exclusions><exclusion>
        <groupId>software.amazon.awssdk</groupId><artifactId>bundle</artifactId>
      </exclusion></exclusions>
    </dependency>
{modules}
  </dependencies>
</project>
"""
MODULE = (
    "    <dependency><groupId>software.amazon.awssdk</groupId>"
    "<artifactId>{name}</artifactId><version>{version}</version></dependency>"
)


def main() -> int:
    """Fetch what is missing; a machine without Java or Maven is told in one line what it cannot test."""
    missing = [d for d in (S3PROXY, S3A) if not any(d.glob("*.jar"))]
    if not missing:
        return 0
    absent = [tool for tool in ("java", "mvn") if shutil.which(tool) is None]
    if absent:
        _say(f"jars skipped: no {' and no '.join(absent)} here; S3 stays untested (install Java 17, Maven)")
        return 0
    for folder in missing:
        try:
            _fill(folder)
        except subprocess.CalledProcessError as error:
            _say(f"jars skipped: {folder.name}: Maven failed: {_last_line(error.stdout)}")
    return 0


def _fill(folder: Path) -> None:
    """Fetch into a folder beside the final one, so that a run that is stopped leaves nothing half done."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
        new = Path(temporary) / "jars"
        if folder == S3PROXY:
            _maven("dependency:copy", f"-Dartifact={SERVER}", f"-DoutputDirectory={new}")
        else:
            pom = Path(temporary) / "pom.xml"
            modules = "\n".join(MODULE.format(name=name, version=AWS_SDK) for name in AWS_MODULES)
            pom.write_text(POM.format(hadoop=HADOOP, modules=modules), "utf-8")
            _maven(
                "dependency:copy-dependencies",
                f"--file={pom}",
                "-DincludeScope=runtime",
                f"-DexcludeGroupIds={SPARK_HAS_GROUPS}",
                f"-DoutputDirectory={new}",
            )
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)
    _say(f"jars: {folder.name}, {len(list(folder.glob('*.jar')))} files")


def _maven(*arguments: str) -> None:
    subprocess.run(
        ["mvn", "--quiet", "--batch-mode", *arguments],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _last_line(output: str) -> str:
    return next((line for line in output.splitlines() if "ERROR" in line), "no output").strip()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
