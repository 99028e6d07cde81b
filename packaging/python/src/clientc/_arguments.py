"""What other libraries can express of the limits of a route, and what they cannot."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Mapping, Optional, TypeVar

if TYPE_CHECKING:
    from ._plan import Route

Value = TypeVar("Value")

CONNECT = "connect_timeout_ms"
FIRST_TOKEN = "time_to_first_token_timeout_ms"
IDLE = "idle_timeout_ms"
REQUEST = "request_timeout_ms"
TOTAL = "total_timeout_ms"

# The same in the SDKs of OpenAI and of Anthropic: INITIAL_RETRY_DELAY and MAX_RETRY_DELAY in `_constants.py`.
SDK_DELAYS = "0.5 s, doubled each time up to 8 s, less up to a quarter at random"


@dataclass(frozen=True)
class Held(Generic[Value]):
    """Arguments of another library, and what they do not express."""

    value: Value
    lost: tuple[str, ...]
    """One sentence for each limit, delay or policy of the route that the value cannot express."""


def httpx_timeout(route: Route, stream: bool) -> Held[Any]:
    """The `Timeout` of httpx, in seconds."""
    return _timeout(route, stream, "httpx")


def sdk_arguments(route: Route, stream: bool, library: str) -> Held[dict[str, Any]]:
    """Arguments of the constructors of the SDKs of OpenAI and of Anthropic."""
    timeout = _timeout(route, stream, library)
    retries, lost = _retries(route, library, SDK_DELAYS)
    return Held({"timeout": timeout.value, "max_retries": retries}, timeout.lost + lost)


def litellm_parameters(route: Route) -> Held[dict[str, Any]]:
    """`timeout`, `stream_timeout` and `max_retries` of `litellm_params`."""
    limits = route.effective
    values: dict[str, Any] = {}
    lost: list[str] = []
    if REQUEST in limits:
        values["timeout"] = _seconds(limits[REQUEST])
        lost.append(_lost(REQUEST, limits, "LiteLLM bounds the wait for each piece of an answer, not the whole answer"))
    silence = _silence(limits)
    if silence is not None:
        values["stream_timeout"] = _seconds(silence)
    lost += _looser(limits, silence, "LiteLLM")
    if CONNECT in limits:
        lost.append(_lost(CONNECT, limits, "LiteLLM has no separate limit for connecting"))
    lost += _total(limits)
    values["max_retries"], more = _retries(route, "LiteLLM", "its own, from 0.5 s up to 8 s")
    return Held(values, tuple(lost) + more)


def _timeout(route: Route, stream: bool, library: str) -> Held[Any]:
    # The SDKs export the class that they take, which need not be the one of the package httpx.
    timeout_class = importlib.import_module(library).Timeout
    limits = route.effective
    request = limits.get(REQUEST)
    read = _silence(limits) if stream else request
    timeout = timeout_class(
        connect=_seconds(limits.get(CONNECT, request)),
        read=_seconds(read),
        write=_seconds(request),
        pool=_seconds(request),
    )
    lost = []
    if request is not None:
        bound = _seconds(request)
        way = f"a call can take longer than {bound:g} s; wrap it in `asyncio.timeout({bound:g})`"
        lost.append(_lost(REQUEST, limits, f"{library} bounds each step of a request, not all of it: {way}"))
    if stream:
        lost += _looser(limits, read, library)
    return Held(timeout, tuple(lost + _total(limits)))


def _silence(limits: Mapping[str, int]) -> Optional[int]:
    """The longest silence that no limit of a stream forbids, in milliseconds.

    One number has to serve before the first token and between tokens. The larger one never cuts a call that the plan
    allows. Where one of the two does not exist, only the request limit bounds that silence.
    """
    request = limits.get(REQUEST)
    if FIRST_TOKEN not in limits or IDLE not in limits:
        return request
    silence = max(limits[FIRST_TOKEN], limits[IDLE])
    return silence if request is None else min(silence, request)


def _looser(limits: Mapping[str, int], silence: Optional[int], library: str) -> list[str]:
    """The limits of streams that are shorter than the silence that is allowed."""
    allowed = "unlimited" if silence is None else f"{_seconds(silence):g} s"
    reason = f"{library} has one limit for every silence of a stream, which is {allowed} here"
    names = [name for name in (FIRST_TOKEN, IDLE) if name in limits]
    return [_lost(name, limits, reason) for name in names if silence is None or limits[name] < silence]


def _total(limits: Mapping[str, int]) -> list[str]:
    if TOTAL not in limits:
        return []
    bound = _seconds(limits[TOTAL])
    return [_lost(TOTAL, limits, f"it bounds a whole plan; wrap the plan in `asyncio.timeout({bound:g})`")]


def _retries(route: Route, library: str, delays: str) -> tuple[int, tuple[str, ...]]:
    lost = [
        f"the retry policy of `{name}` repeats the whole composite, which {library} does not have"
        for name in route.retries_above
    ]
    if route.retry is None:
        return 0, tuple(lost)
    ours = ", ".join(f"{delay:,}" for delay in route.retry.delays_ms())
    if ours:
        lost.insert(0, f"the delays of `{route.retry.policy}` ({ours} ms): those of {library} are {delays}")
    return route.retry.max_retries, tuple(lost)


def _lost(name: str, limits: Mapping[str, int], reason: str) -> str:
    return f"`{name}` ({limits[name]:,} ms): {reason}"


def _seconds(milliseconds: Optional[int]) -> Any:
    return None if milliseconds is None else milliseconds / 1000
