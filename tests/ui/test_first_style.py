"""The style in the start page: where it stands, and that nothing else is changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route

from nnlab.ui import first_style
from tests.ui.asking import Client

PAGE = "<html><head><style>h1 { padding: 1rem }</style></head><body><p>" + "hello " * 500 + "</p></body></html>"
BROWSER = {"Accept": "text/html,application/xhtml+xml", "Accept-Encoding": "gzip"}


async def page(request):
    return HTMLResponse(PAGE, headers={"ETag": "1", "Cache-Control": "no-cache"})


async def in_pieces(request):
    return StreamingResponse(iter([PAGE[:700], PAGE[700:-9], PAGE[-9:]]), media_type="text/html")


async def text(request):
    return PlainTextResponse("a <body> that is no page", headers={"ETag": "1"})


@pytest.fixture
def client():
    routes = [Route("/", page), Route("/pieces", in_pieces), Route("/text", text)]
    packing = Middleware(GZipMiddleware, minimum_size=1)  # within, as Streamlit's
    return Client(Starlette(routes=routes, middleware=[Middleware(first_style.FirstStyle), packing]))


@pytest.mark.parametrize("address", ["/", "/pieces"])
def test_a_browser_gets_the_style_after_those_of_the_head_and_before_the_page(client, address):
    answer = client.get(address, headers=BROWSER)
    assert answer.text == PAGE.replace("<body>", "<body>" + first_style.STYLE.decode())
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "etag" not in answer.headers
    assert "content-encoding" not in answer.headers


def test_an_address_that_asks_for_large_letters_gets_them_at_once(client):
    answer = client.get("/?lang=ko&size=large", headers=BROWSER)
    assert "<body>" + (first_style.STYLE + first_style.LARGE).decode() in answer.text
    assert b"font-size: 20.8px" in first_style.LARGE
    assert "20.8px" not in client.get("/?lang=ko", headers=BROWSER).text


def test_a_browser_that_has_the_page_gets_it_anew(client):
    """A "304 Not Modified" would speak of the page without the style."""
    assert client.get("/", headers=BROWSER | {"If-None-Match": "1"}).status_code == 200
    assert client.get("/", headers=BROWSER).headers["cache-control"] == "no-cache"


def test_what_is_no_page_passes_unchanged(client):
    assert client.get("/text", headers=BROWSER).text == "a <body> that is no page"
    assert client.get("/text", headers=BROWSER).headers["etag"] == "1"
    fetched = client.get("/", headers={"Accept": "*/*", "Accept-Encoding": "gzip"})
    assert fetched.text == PAGE
    assert fetched.headers["content-encoding"] == "gzip"


def test_streamlit_s_start_page_has_the_place():
    start = Path(streamlit.__file__).parent / "static" / "index.html"
    assert start.read_text("utf-8").count("<body>") == 1


def test_all_lengths_are_filled_in():
    assert not re.search(r"\$\w", first_style.STYLE.decode())
    assert b"html { font-size: 16.0px; }" in first_style.STYLE


PAGES_STYLES = {file.parent.name: file for file in first_style.STYLES if file.parent.name != "ui"}


def selectors(style: str) -> list[str]:
    """What its rules are about; the conditions of ``@media`` are not among them."""
    without_comments = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return [text.strip() for text in re.findall(r"([^{};]+)\{", without_comments) if not text.strip().startswith("@")]


@pytest.mark.parametrize("page", PAGES_STYLES)
def test_a_page_s_style_speaks_of_its_own_elements_alone(page):
    """The start page has it on all pages."""
    foreign = " ".join(file.read_text("utf-8") for name, file in PAGES_STYLES.items() if name != page)
    about = selectors(PAGES_STYLES[page].read_text("utf-8"))
    assert about
    for selector in about:
        classes = re.findall(r"\.nnlab-[\w-]+", selector)
        assert f"st-key-{page}-" in selector or classes, selector
        assert f"st-key-{page}-" in selector or not any(name in foreign for name in classes), selector
