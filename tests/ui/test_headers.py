"""The headers of every answer: what a browser may load, and who may show the app within another page."""

import base64
import hashlib
import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from nnlab.ui import first_style, headers
from nnlab.ui.components import frame
from tests.coroutines import finish
from tests.ui.asking import Client


@pytest.fixture
def policy(monkeypatch):
    """A function: the policy's directives by name, with the variable set like this."""

    def read(embedding: str | None = None) -> dict[str, str]:
        if embedding is None:
            monkeypatch.delenv(headers.EMBEDDING_VARIABLE, raising=False)
        else:
            monkeypatch.setenv(headers.EMBEDDING_VARIABLE, embedding)
        parts = [part.split(" ", 1) for part in headers.policy().split("; ")]
        assert len({name for name, _ in parts}) == len(parts)
        return dict(parts)

    return read


def test_no_foreign_host_is_named(policy):
    assert not re.search(r"https?:|wss?:|\*|\bhttp", " ".join(policy().values()))


def test_a_script_in_a_page_runs_only_if_it_is_known(policy):
    scripts = policy()["script-src"]
    assert "unsafe" not in scripts
    for script in re.findall(r"<script>(.*?)</script>", frame.AT_ONCE, re.DOTALL):
        assert f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in scripts
    assert scripts.count("sha256-") == 3, "two of ours, one of Streamlit's own page"


def test_only_the_app_itself_may_embed_it_unless_somebody_says_who_else(policy):
    assert policy()["frame-ancestors"] == "'self'"
    assert policy("")["frame-ancestors"] == "'self'"
    assert policy("https://lms.example.org")["frame-ancestors"] == "'self' https://lms.example.org"


@pytest.mark.parametrize("embedding", ["a\r\nSet-Cookie: x=1", "a; script-src *", "a, default-src *"])
def test_what_is_set_for_embedding_can_change_nothing_else(policy, embedding):
    found = policy(embedding)
    assert found.keys() == policy().keys()
    assert "*" not in found["script-src"]
    assert "\n" not in found["frame-ancestors"]


def test_they_are_on_every_answer_and_replace_others():
    async def page(request):
        return PlainTextResponse("hello", headers={"X-Content-Type-Options": "sniff", "X-Other": "stays"})

    client = Client(Starlette(routes=[Route("/", page)], middleware=[Middleware(headers.Headers)]))
    for answer in (client.get("/"), client.get("/nothing")):
        assert answer.headers["content-security-policy"] == headers.policy()
        assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
        assert answer.headers["referrer-policy"] == "same-origin"
    assert client.get("/").headers["x-other"] == "stays"


@pytest.mark.parametrize("middleware", [headers.Headers, first_style.FirstStyle])
def test_a_web_socket_is_left_alone(middleware):
    sent = []

    async def app(scope, receive, send):
        await send({"type": "websocket.accept"})

    async def send(message):
        sent.append(message)

    finish(middleware(app)({"type": "websocket"}, None, send))
    assert sent == [{"type": "websocket.accept"}]
