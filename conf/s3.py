"""S3: who pays, who signs, and the same settings said to s3fs and to Spark's S3A."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from conf.errors import PlaceError
from conf.settings import S3, Settings

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from fsspec import AbstractFileSystem

COMMONCRAWL_HTTPS = "https://data.commoncrawl.org/"
REQUESTER_PAYS = ("usgs-landsat",)
"""Public buckets whose readers pay for what they read."""

CURES = {
    "InvalidAccessKeyId": "the server does not know this access key; check the profile or s3.key",
    "SignatureDoesNotMatch": "the secret does not belong to the access key; check the profile or s3.secret",
    "ExpiredToken": "the credentials have expired; sign in again",
    "PermanentRedirect": "the bucket is in another region; set s3.region",
    "AuthorizationHeaderMalformed": "the bucket is in another region; set s3.region",
    "NoSuchBucket": "there is no such bucket on this server",
    "RequestTimeTooSkewed": "this machine's clock is wrong",
    "AccessDenied": "not allowed; check the account's rights, and s3.requester_pays for buckets that want it",
}
"""What to do, by the error code of S3."""


def filesystem(bucket: str, settings: Settings) -> AbstractFileSystem:
    """The s3fs file system for a bucket.

    Raises:
        PlaceError: No credentials, or a bucket that charges readers who have not agreed to pay.
    """
    from s3fs import S3FileSystem

    s3 = settings.s3
    if bucket in REQUESTER_PAYS and not (s3.requester_pays or s3.endpoint_url):
        raise PlaceError(
            f"s3://{bucket}: reading is charged to your AWS account; accept with s3.requester_pays = true "
            "(or FIELDWORK_S3__REQUESTER_PAYS=true), or point the archive's root at a mirror"
        )
    if not has_credentials(s3):
        cure = f"; without an account use {COMMONCRAWL_HTTPS}" if bucket == "commoncrawl" else ""
        raise PlaceError(
            f"s3://{bucket}: no AWS credentials found, and unsigned requests are refused; "
            f"run `aws configure` or set s3.profile{cure}"
        )
    return S3FileSystem(
        endpoint_url=s3.endpoint_url,
        key=s3.key,
        secret=s3.secret.get_secret_value() if s3.secret else None,
        requester_pays=s3.requester_pays,
        use_listings_cache=False,  # what another process has written must be seen
        client_kwargs={"region_name": s3.region} if s3.region else {},
        config_kwargs=_config(settings),
        **({"profile": s3.profile} if s3.profile else {}),
    )


def _config(settings: Settings) -> dict[str, Any]:
    """Options of botocore's Config."""
    config: dict[str, Any] = {
        "connect_timeout": settings.http.timeout_s,
        "read_timeout": settings.http.timeout_s,
        "retries": {"mode": "standard", "total_max_attempts": 3},
        "max_pool_connections": 64,  # botocore's 10 would make tens of reading threads wait for each other
        "user_agent_extra": settings.http.user_agent,
        "s3": {"addressing_style": "path" if settings.s3.path_style else "auto"},
    }
    if settings.s3.endpoint_url:
        # Amazon's newer checksums in trailers are unknown to many other servers.
        config["request_checksum_calculation"] = "when_required"
        config["response_checksum_validation"] = "when_required"
    return config


def single_try(fs: AbstractFileSystem) -> AbstractFileSystem:
    """The same file system without retries of its own: for callers that count and space tries themselves."""
    options = dict(fs.storage_options)
    options["config_kwargs"] = {**options["config_kwargs"], "retries": {"total_max_attempts": 1}}
    return type(fs)(**options)


def has_credentials(s3: S3) -> bool:
    """Whether the settings or the AWS chain have credentials; asks no server but the machine's own.

    Raises:
        PlaceError: Half a pair of keys, an unknown profile, or a chain that breaks.
    """
    from botocore.exceptions import BotoCoreError, ProfileNotFound
    from botocore.session import Session

    if bool(s3.key) != bool(s3.secret):
        raise PlaceError("s3.key and s3.secret go together; one of them is not set")
    if s3.key:
        return True
    session = Session(profile=s3.profile)
    # The metadata service of a cloud machine: elsewhere nobody answers, and the question must not hang.
    session.set_config_variable("metadata_service_timeout", 1)
    session.set_config_variable("metadata_service_num_attempts", 1)
    try:
        return session.get_credentials() is not None
    except ProfileNotFound:
        have = ", ".join(session.available_profiles) or "none"
        raise PlaceError(f"no AWS profile '{s3.profile}'; this machine has: {have}") from None
    except BotoCoreError as error:
        raise PlaceError(
            f"AWS credentials cannot be read ({type(error).__name__}); see `aws configure`"
        ) from None


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Turn what botocore and s3fs raise for lack of access into a PlaceError of one line.

    A missing file stays FileNotFoundError.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except BotoCoreError as error:
        raise PlaceError(f"{url}: {type(error).__name__}: {' '.join(str(error).split())}") from None
    except OSError as error:
        cause = error.__cause__
        missing_file = isinstance(error, FileNotFoundError) and code(cause) != "NoSuchBucket"
        if missing_file or not isinstance(cause, ClientError):
            raise
        raise PlaceError(f"{url}: {reason(cause)}") from None


def code(error: object) -> str:
    """The error code of a botocore ClientError; the answer to a HEAD has none, only its status."""
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))


def reason(error: ClientError) -> str:
    """What a botocore ClientError says, with the cure where one is known."""
    said = {"403": "AccessDenied", "404": "NoSuchKey"}.get(code(error), code(error))
    return f"{said}: {CURES[said]}" if said in CURES else said


def spark_options(settings: Settings) -> dict[str, str]:
    """The settings as Spark wants them for s3a://; what is not set is left to S3A's own AWS chain.

    Holds the secret where the settings do: hand it to the session, never to a log or manifest.
    """
    s3 = settings.s3
    options: dict[str, str] = {"user.agent.prefix": settings.http.user_agent}
    if s3.endpoint_url:
        options["endpoint"] = s3.endpoint_url
        options["endpoint.region"] = s3.region or "us-east-1"
        options["connection.ssl.enabled"] = str(s3.endpoint_url.startswith("https://")).lower()
    elif s3.region:
        options["endpoint.region"] = s3.region
    if s3.path_style:
        options["path.style.access"] = "true"
    if s3.requester_pays:
        options["requester.pays.enabled"] = "true"
    if s3.key and s3.secret:
        options["access.key"] = s3.key
        options["secret.key"] = s3.secret.get_secret_value()
        options["aws.credentials.provider"] = "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider"
    elif s3.profile:
        options["auth.profile.name"] = s3.profile
        options["aws.credentials.provider"] = "org.apache.hadoop.fs.s3a.auth.ProfileAWSCredentialsProvider"
    found = {f"spark.hadoop.fs.s3a.{name}": value for name, value in options.items()}
    if s3.jars:
        found |= {f"spark.{side}.extraClassPath": f"{s3.jars}/*" for side in ("driver", "executor")}
    return found


def to_s3a(url: str) -> str:
    """The address as Spark wants it: s3:// becomes s3a://, all else stays."""
    return "s3a://" + url.removeprefix("s3://") if url.startswith("s3://") else url
