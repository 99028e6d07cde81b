"""Reads a resolved plan: the JSON of ``clientc resolve --format json``, version 1."""

from __future__ import annotations

import json
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping, Optional, Union

from . import _arguments
from ._arguments import Held

if TYPE_CHECKING:
    import anthropic
    import httpx
    import openai

SCHEMA = "clientc.resolved"
VERSION = 1


class PlanError(ValueError):
    """A document that is not a resolved plan, or a name that it does not have."""


@dataclass(frozen=True)
class Retry:
    """A retry policy, with its delays in milliseconds."""

    policy: str
    max_retries: int
    strategy: Mapping[str, Any]

    def delays_ms(self) -> list[int]:
        """The delay before each retry, without jitter: ``d(n+1) = min(trunc(d(n) * multiplier), max)``."""
        strategy = self.strategy
        if strategy["type"] == "constant_delay":
            return [strategy["delay_ms"]] * self.max_retries
        # The product is exact: a multiplier has at most six decimals.
        millionths = round(float(strategy["multiplier"]) * 1_000_000)
        delays = []
        delay = min(strategy["delay_ms"], strategy["max_delay_ms"])
        for _ in range(self.max_retries):
            delays.append(delay)
            delay = min(delay * millionths // 1_000_000, strategy["max_delay_ms"])
        return delays


@dataclass(frozen=True)
class Route:
    """One way from a client down to a leaf, with the limits that apply on it."""

    path: tuple[str, ...]
    effective: Mapping[str, int]
    """Milliseconds by the name of the limit. A limit that is missing does not exist."""
    provider: str
    retry: Optional[Retry]
    """The policy of the leaf."""
    retries_above: tuple[str, ...]
    """The composites on the route that have a retry policy."""

    @property
    def leaf(self) -> str:
        """The client that makes the request."""
        return self.path[-1]

    def httpx_timeout(self, *, stream: bool = False) -> "Held[httpx.Timeout]":
        """``httpx.Timeout`` for requests of this route. ``stream`` sets whether answers are streamed."""
        return _arguments.httpx_timeout(self, stream)

    def openai_arguments(self, *, stream: bool = False) -> "Held[dict[str, Any]]":
        """``timeout`` and ``max_retries`` for ``openai.OpenAI`` and ``openai.AsyncOpenAI``."""
        return _arguments.sdk_arguments(self, stream, "openai")

    def anthropic_arguments(self, *, stream: bool = False) -> "Held[dict[str, Any]]":
        """``timeout`` and ``max_retries`` for ``anthropic.Anthropic`` and ``anthropic.AsyncAnthropic``."""
        return _arguments.sdk_arguments(self, stream, "anthropic")

    def litellm_parameters(self) -> "Held[dict[str, Any]]":
        """``timeout``, ``stream_timeout`` (seconds) and ``max_retries`` for the ``litellm_params`` of a deployment."""
        return _arguments.litellm_parameters(self)


@dataclass(frozen=True)
class Client:
    """A leaf, a fallback or a round-robin."""

    name: str
    kind: str
    routes: tuple[Route, ...]
    worst_case_requests: int
    worst_case_ms: Optional[int]
    """The longest that a call can take in milliseconds where clientc's runtime or gateway makes it; ``None`` where
    nothing bounds it."""


@dataclass(frozen=True)
class Plan:
    """All clients of a project."""

    project: str
    clients: Mapping[str, Client]

    def client(self, name: str) -> Client:
        """The client of a name; :class:`PlanError` names the others where there is none."""
        if name not in self.clients:
            raise PlanError(f"the plan has no client {name!r}; it has {', '.join(self.clients) or 'none'}")
        return self.clients[name]

    def route(self, name: str, leaf: Optional[str] = None) -> Route:
        """The route from a client to a leaf. A client with one route needs no ``leaf``."""
        routes = self.client(name).routes
        found = [route for route in routes if leaf in (None, route.leaf)]
        if not found:
            raise PlanError(f"no route of {name!r} ends at {leaf!r}; they end at {_leaves(routes)}")
        # Equal routes are one: a member that is named twice gives its routes twice.
        if any(route != found[0] for route in found[1:]):
            ways = "; ".join(" > ".join(route.path) for route in found)
            raise PlanError(f"{name!r} has several routes, name a leaf or take one of `client().routes`: {ways}")
        return found[0]


def load(path: Union[str, "PathLike[str]"]) -> Plan:
    """Reads a file that ``clientc resolve --format json`` wrote."""
    return loads(Path(path).read_text(encoding="utf-8-sig"))


def loads(text: str) -> Plan:
    """Reads the text of a resolved plan."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise PlanError(f"this is not JSON: {error}") from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise PlanError(f'this is not a resolved plan: "schema" is not "{SCHEMA}"; write one with `clientc resolve --format json`')
    if document.get("version") != VERSION:
        raise PlanError(f"the plan has version {document.get('version')!r}, and this module reads version {VERSION}")
    try:
        clients = {name: _client(name, data, document["clients"]) for name, data in document["clients"].items()}
        return Plan(document["project"], clients)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise PlanError(f"the plan is incomplete: {error!r} is missing or of another type") from error


def _client(name: str, data: Mapping[str, Any], clients: Mapping[str, Any]) -> Client:
    worst = data["worst_case"]
    routes = tuple(_route(route, clients) for route in data["routes"])
    return Client(name, data["kind"], routes, worst["requests"], worst["duration_ms"])


def _route(data: Mapping[str, Any], clients: Mapping[str, Any]) -> Route:
    path = tuple(data["path"])
    leaf = clients[path[-1]]
    above = tuple(name for name in path[:-1] if clients[name]["retry"] is not None)
    return Route(path, dict(data["effective"]), leaf["provider"], _retry(leaf["retry"]), above)


def _retry(data: Optional[Mapping[str, Any]]) -> Optional[Retry]:
    return None if data is None else Retry(data["policy"], data["max_retries"], dict(data["strategy"]))


def _leaves(routes: tuple[Route, ...]) -> str:
    return ", ".join(dict.fromkeys(route.leaf for route in routes))
