"""GDAL: how a place is called there, and the settings said in its words."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from conf.places import Place, PlaceError
from conf.settings import S3, Http, Settings

if TYPE_CHECKING:
    from rasterio import Env

ALWAYS: dict[str, Any] = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",  # else opening a file lists its folder
    "GDAL_PAM_ENABLED": "NO",  # no look for .aux.xml, and none written
    "GDAL_NUM_THREADS": "1",  # windows are read in threads of ours
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".TIF,.tif,.tiff",
    "GDAL_INGESTED_BYTES_AT_OPEN": "32768",  # the whole directory of a scene's file in the first answer
    "GDAL_HTTP_MERGE_CONSECUTIVE_RANGES": "YES",
    "GDAL_HTTP_MULTIPLEX": "YES",
    "GDAL_HTTP_VERSION": "2TLS",
    "GDAL_HTTP_MAX_RETRY": "0",  # tries are counted and spaced by flows.sources.retry
}
"""Settings for reading blocks of many files over a network; what they do is in GDAL's list of configuration
options, what they gain was measured by opendatacube/benchmark-rio-s3."""


def path(where: Place) -> str:
    """A file as GDAL calls it: a path, `/vsis3/bucket/key` or `/vsicurl/https://…`."""
    if where.is_local:
        return where.path
    if where.is_http:
        return f"/vsicurl/{where.url}"
    return f"/vsis3/{where.path}"


def environment(where: Place, settings: Settings) -> Env:
    """GDAL's environment for reading below a place; enter it in each thread that reads.

    Keys are asked for each time, so that those that expire are renewed.

    Raises:
        PlaceError: S3 without credentials.
    """
    import rasterio
    from rasterio.session import Session

    class Keys(Session):  # type: ignore[misc]
        """Credentials as our settings and the AWS chain have them; rasterio's own way would need boto3."""

        def __init__(self, options: dict[str, str]) -> None:
            self._options = options

        @property
        def credentials(self) -> dict[str, str]:
            return self._options

        def get_credential_options(self) -> dict[str, str]:
            return self._options

    given = ALWAYS | {"GDAL_CACHEMAX": settings.landsat.cache_bytes} | _manners(settings.http)
    return rasterio.Env(session=Keys({} if where.is_local or where.is_http else _s3(settings.s3)), **given)


def clear(where: Place) -> None:
    """Forget what is remembered of a remote file; else a failure to open it would be remembered too."""
    import ctypes

    from rasterio import _env

    if where.is_local:
        return
    library = ctypes.CDLL(
        _env.__file__
    )  # a name that it lacks is looked up in the libraries it needs: in GDAL
    library.VSICurlPartialClearCache(path(where).encode())


def _manners(http: Http) -> dict[str, str]:
    silence = f"{max(1, round(http.timeout_s))}"
    return {
        "GDAL_HTTP_USERAGENT": http.user_agent,
        "GDAL_HTTP_CONNECTTIMEOUT": silence,
        "GDAL_HTTP_LOW_SPEED_TIME": silence,
        "GDAL_HTTP_LOW_SPEED_LIMIT": "1",
    }


def _s3(s3: S3) -> dict[str, str]:
    """Options of /vsis3/. Holds the secret: hand it to GDAL, never to a log."""
    options = {
        "AWS_VIRTUAL_HOSTING": "FALSE" if s3.path_style else "TRUE",
        "AWS_REGION": s3.region or "us-west-2",
    }
    if s3.endpoint_url:
        parts = urlsplit(s3.endpoint_url)
        options["AWS_S3_ENDPOINT"] = parts.netloc
        options["AWS_HTTPS"] = "YES" if parts.scheme == "https" else "NO"
    if s3.requester_pays:
        options["AWS_REQUEST_PAYER"] = "requester"
    return options | _keys(s3)


def _keys(s3: S3) -> dict[str, str]:
    if s3.key and s3.secret:
        return {"AWS_ACCESS_KEY_ID": s3.key, "AWS_SECRET_ACCESS_KEY": s3.secret.get_secret_value()}
    keys = _chain(s3.profile).get_frozen_credentials()  # renewed by it before they expire
    token = {"AWS_SESSION_TOKEN": keys.token} if keys.token else {}
    return {"AWS_ACCESS_KEY_ID": keys.access_key, "AWS_SECRET_ACCESS_KEY": keys.secret_key} | token


@cache
def _chain(profile: str | None) -> Any:
    from botocore.session import Session

    found = Session(profile=profile).get_credentials()
    if found is None:
        raise PlaceError("no AWS credentials found; run `aws configure` or set s3.profile")
    return found
