"""Asks for texts: of the cache first, then of the network, if that is allowed."""

import json
import os
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from sqlite3 import DatabaseError
from typing import Any
from urllib.parse import urlsplit

from requests import RequestException, Response
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests_cache import CachedSession

from ciconv.fetch.bounded import Bounded
from ciconv.fetch.policy import Policy, shown
from ciconv.remote import Unreachable, cache_folder

DATABASE = "answers.sqlite"


class _NoAuth(AuthBase):
    """Keeps `requests` from looking into ~/.netrc: tokens are the business of the policy."""

    def __call__(self, request: Any) -> Any:
        return request


class Client:
    """One run's questions. With `offline` only the cache answers, however old it is."""

    def __init__(
        self,
        policy: Policy,
        *,
        offline: bool = False,
        folder: Path | None = None,
        lower: HTTPAdapter | None = None,
    ) -> None:
        self._policy, self._offline = policy, offline
        self._failed: dict[str, str] = {}  # asked once in a run is enough
        place = folder or cache_folder()
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._database = place / DATABASE
        _make_private(self._database)
        self._session = CachedSession(
            self._database,
            backend="sqlite",
            serializer="json",  # reading a pickle would run what somebody put there
            fast_save=True,  # a cache that breaks is no loss
            expire_after=policy.limits.age,
            allowable_codes=(200,),
            allowable_methods=("GET", "POST"),
            stale_if_error=True,
        )
        self._session.auth = _NoAuth()
        self._session.headers.clear()
        self._session.headers["User-Agent"] = "ciconv"
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, Bounded(policy, lower))

    def get(self, url: str) -> tuple[str, bool]:
        """Return the text at an address, and whether it is older than it should be."""
        return self._ask("GET", url, None)

    def post(self, url: str, question: Mapping[str, object]) -> tuple[str, bool]:
        """Return the answer to a question in JSON, and whether it is older than it should be."""
        return self._ask("POST", url, json.dumps(question, sort_keys=True))

    def _ask(self, method: str, url: str, body: str | None) -> tuple[str, bool]:
        self._policy.check(url)
        key = f"{method} {url} {body}"
        if key in self._failed:
            raise Unreachable(self._failed[key])
        try:
            return self._answered(method, url, body)
        except Unreachable as error:
            self._failed[key] = str(error)
            raise

    def _answered(self, method: str, url: str, body: str | None) -> tuple[str, bool]:
        plain = _is_plain(url)
        if self._offline and not plain:
            raise Unreachable("its address has a query, and such answers are not kept")
        # what a query holds may be a secret
        with nullcontext() if plain else self._session.cache_disabled():
            response = self._response(method, url, body)
        self._refuse_failure(url, response)
        try:
            text = response.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Unreachable(f"{shown(url)} is not UTF-8") from None
        return text, bool(getattr(response, "is_expired", False))

    def _response(self, method: str, url: str, body: str | None) -> Response:
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            return self._session.request(
                method, url, data=body, headers=headers, only_if_cached=self._offline
            )
        except RequestException as error:
            raise Unreachable(f"{shown(url)}: {_why(error)}") from None
        except DatabaseError:
            raise Unreachable(f"the cache {str(self._database)!r} is broken: remove it") from None

    def _refuse_failure(self, url: str, response: Response) -> None:
        code = response.status_code
        if code == 200:
            return
        if code == 504 and self._offline:
            raise Unreachable("it was not fetched before, and nothing is asked for")
        host = urlsplit(url).netloc
        if code in (401, 403):
            shown_token = host in self._policy.headers
            why = "the token has no right to it" if shown_token else "it wants a token"
        else:
            why = {404: "there is no such file, or it is private"}.get(code, response.reason or "")
        raise Unreachable(f"{host} answers {code}: {why}")


def _make_private(database: Path) -> None:
    """Create the cache readable by its user alone: it may hold files of private projects."""
    os.close(os.open(database, os.O_CREAT | os.O_RDWR, 0o600))


def _is_plain(url: str) -> bool:
    """Whether a query, if there is one, is ours: it names a ref, a page or what is asked for."""
    names = [part.partition("=")[0] for part in urlsplit(url).query.split("&") if part]
    return all(name in ("ref", "per_page", "order_by", "sort") for name in names)


def _why(error: RequestException) -> str:
    """What went wrong, in words of ours: those of the library may show a whole address."""
    from requests import exceptions

    for kind, words in (
        (exceptions.Timeout, "no answer in time"),
        (exceptions.SSLError, "the certificate is not trusted"),
        (exceptions.ProxyError, "the proxy refuses"),
        (exceptions.ConnectionError, "no connection"),
    ):
        if isinstance(error, kind):
            return words
    return "the question failed"
