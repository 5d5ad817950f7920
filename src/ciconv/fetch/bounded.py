"""The lowest layer: one question, its redirects followed, its answer read within bounds.

All of it stands below the cache, so that the cache sees the address that was asked for and the
final text, and neither tokens nor the addresses in between, which may be signed.
"""

from collections.abc import Iterator
from io import BytesIO
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError, Timeout
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError, ReadTimeoutError

from ciconv.fetch.policy import Policy, shown
from ciconv.remote import Unreachable

_REDIRECTS = (301, 302, 303, 307, 308)
_KEPT = ("content-type", "date")  # of the headers of an answer
_PART = 65_536


class Bounded(HTTPAdapter):
    """Sends requests that a policy allows. `lower` is what sends one; tests give another."""

    def __init__(self, policy: Policy, lower: HTTPAdapter | None = None) -> None:
        super().__init__()
        self._policy, self._lower = policy, lower or HTTPAdapter()
        self._asked, self._start = 0, monotonic()

    def send(self, request: PreparedRequest, *_: object, **options: Any) -> Response:
        """Return the answer to a request; raise Unreachable where a bound is met."""
        limits = self._policy.limits
        self._asked += 1
        if self._asked > limits.answers:
            raise Unreachable(f"more than {limits.answers} files are asked for")
        now = monotonic()
        end = min(now + limits.answer, self._start + limits.run)
        options |= {"stream": True, "timeout": (limits.connect, limits.silence)}
        url = request.url or ""
        for _number in range(limits.redirects + 1):
            self._policy.check(url)
            if monotonic() > end:
                break
            response = self._lower.send(self._signed(request, url), **options)
            if response.status_code not in _REDIRECTS:
                return self._answer(request, response, self._read(request, response, end))
            response.close()
            url = _joined(url, response.headers.get("location", ""))
        else:
            raise Unreachable(f"there are more than {limits.redirects} redirects")
        raise Unreachable(_too_slow(request))

    def _signed(self, request: PreparedRequest, url: str) -> PreparedRequest:
        """The request for an address, with the token of its host and of no other."""
        own = request.copy()
        own.url = url
        parts = urlsplit(url)
        name, value = self._policy.headers.get(parts.netloc, ("", ""))
        if name:
            own.headers[name] = value
        # a packed answer may be small on the way and large here
        own.headers["Accept-Encoding"] = "identity"
        return own

    def _read(self, request: PreparedRequest, response: Response, end: float) -> bytes:
        limit = self._policy.limits.characters
        body = bytearray()
        with response:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise Unreachable("the answer is packed, though that was not asked for")
            for part in _parts(response):
                body += part
                if len(body) > limit:
                    raise Unreachable(f"the answer is larger than {limit} bytes")
                if monotonic() > end:
                    raise Unreachable(_too_slow(request))
        return bytes(body)

    def _answer(self, request: PreparedRequest, response: Response, body: bytes) -> Response:
        headers = {name: response.headers[name] for name in _KEPT if name in response.headers}
        raw = HTTPResponse(
            body=BytesIO(body),
            headers=headers,
            status=response.status_code,
            reason=response.reason,
            preload_content=False,
            request_method=request.method,
        )
        return self.build_response(request, raw)


def _parts(response: Response) -> Iterator[bytes]:
    """The body as it comes: a server that sends a byte now and then has to be noticed, too."""
    try:
        while part := response.raw.read1(_PART, decode_content=False):
            yield part
    except ReadTimeoutError:
        raise Timeout from None
    except HTTPError:
        raise ConnectionError from None


def _joined(url: str, location: str) -> str:
    """Where a redirect leads to."""
    try:
        return urljoin(url, location)
    except ValueError:
        raise Unreachable("the address cannot be read") from None


def _too_slow(request: PreparedRequest) -> str:
    return f"{shown(request.url or '')} takes too long"
