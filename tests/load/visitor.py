"""One visitor without a browser: it speaks Streamlit's own protocol over a WebSocket, and asks the app's own routes.

A browser costs the machine far more than the server that it looks at; such a client costs next to nothing. It asks for
what a browser would ask for, notes how long each answer takes, and looks whether what it sees is its own.

Simplified: scripts and pictures are not fetched, and a visitor asks for one thing at a time.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx
import numpy as np
import torch
from PIL import Image, ImageDraw
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

from nnlab.drawing import to_mnist
from tests.load.screen import Screen

PATIENCE_SECONDS = 60  # after these an answer counts as missing
POLL_SECONDS = 0.4  # between two questions of the curve, as in static/run_feed.js
EAGER_SECONDS = 0.1  # where the visitor waits for something
FIRST, STEP, STOP = "-train.first", "-train.step", "-train.stop"  # ends of buttons' ids: start, pause and resume is one
CANVAS, NETWORK, CURVE = "streamlit-drawable-canvas", "nnlab_living", "nnlab_run_curve"  # elements by their names
SIDE, PEN = 336, 20  # of the canvas, in pixels


class Amiss(Exception):
    """What a visitor must never meet: another's run, another's drawing, a run that is gone."""


@dataclass
class Tally:
    """What all visitors met together; times in seconds, by what was asked for."""

    times: dict[str, list[float]] = field(default_factory=dict)
    missing: int = 0
    amiss: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)

    def add(self, what: str, seconds: float) -> None:
        self.times.setdefault(what, []).append(seconds)

    @property
    def answers(self) -> list[float]:
        """The times of all single requests, to pages and to routes."""
        return [time for what in ("page", "look", "curve", "board") for time in self.times.get(what, [])]


class Visitor:
    """One open window.

    Args:
        number: tells its drawings from those of the others.
    """

    def __init__(self, address: str, socket: ClientConnection, web: httpx.AsyncClient, tally: Tally, number: int = 0):
        self.address, self.socket, self.web, self.tally, self.number = address, socket, web, tally, number
        self.screen = Screen(exceptions=tally.exceptions)
        self.run = ""  # the id of its own
        self.points = 0  # of the run's curve, as far as it has been fetched
        self.evaluations = 0

    # What is asked for

    async def open(self, page: str, query: str = "") -> None:
        """Go to another page, by its name in ``shell.PAGES``, with this after the question mark of its address."""
        self.screen.page_hash, self.screen.query = "", query
        await self._ask("page", page_name="" if page == "home" else page)

    async def press(self, button: str) -> None:
        """Press a button that is on screen, by the end of its id."""
        identity, fragment = next((i, f) for i, f in self.screen.buttons.items() if i.endswith(button))
        state = ClientState(fragment_id=fragment)
        state.widget_states.widgets.add(id=identity, trigger_value=True)
        await self._send("look", state)

    async def look(self) -> None:
        """Have the fragment drawn anew in which the curve stands, as the curve asks for when the run has changed."""
        await self._ask("look", fragment_id=self.screen.elements[CURVE].fragment)

    async def draw(self) -> None:
        """Draw a digit of one's own, and see that this is what the network is shown."""
        canvas = self.screen.elements[CANVAS]
        ink, sent = drawing(self.number)
        state = ClientState(fragment_id=canvas.fragment)
        state.widget_states.widgets.add(id=canvas.id, json_value=json.dumps(sent))
        await self._send("look", state)
        shown = self.screen.elements[NETWORK].data["image"]
        if shown != base64.b64encode(seen(ink)).decode():
            raise Amiss(f"visitor {self.number} is shown another drawing than its own")

    async def _ask(self, what: str, **options: object) -> None:
        await self._send(what, ClientState(**options))

    async def _send(self, what: str, state: ClientState) -> None:
        """Have a script run and wait for its end."""
        state.page_script_hash, state.query_string = self.screen.page_hash, self.screen.query
        state.cached_message_hashes.extend(self.screen.messages)
        state.context_info.locale = "en"
        began = time.perf_counter()
        await self.socket.send(BackMsg(rerun_script=state).SerializeToString())
        await asyncio.wait_for(self._until_finished(), PATIENCE_SECONDS)
        self.tally.add(what, time.perf_counter() - began)

    async def _until_finished(self) -> None:
        while not self.screen.take(ForwardMsg.FromString(await self.socket.recv())):
            pass

    # Its run

    @property
    def status(self) -> str:
        """Of the run, as the page shows it; "" without one."""
        return self.screen.elements[CURVE].data["shape"].split(" ")[1]

    async def start(self) -> None:
        """Start a run, and wait until its curve has a point."""
        began = time.perf_counter()
        await self.press(FIRST)
        self.run = parse_qs(self.screen.query).get("run", [""])[0]
        if not self.run:
            raise Amiss(f"visitor {self.number} has started a run that is not in the address")
        while not self.points:
            await self._follow(EAGER_SECONDS)
        self.tally.add("start", time.perf_counter() - began)

    async def command(self, what: str, button: str, status: str) -> None:
        """Press a button of one's own run, and wait until it is seen to be obeyed."""
        began = time.perf_counter()
        await self.press(button)
        while self.status != status:
            await self._follow(EAGER_SECONDS)
        self.tally.add(what, time.perf_counter() - began)

    async def watch(self, seconds: float) -> None:
        """Look at one's run, whose curve asks for what is new."""
        end, before = time.monotonic() + seconds, self.points
        while time.monotonic() < end:
            await self._follow(POLL_SECONDS)
        if self.status == "running" and self.points == before and seconds > PATIENCE_SECONDS:
            raise Amiss(f"visitor {self.number}: the run stands still")

    async def read_board(self, code: str) -> None:
        """Ask what the board of the visitor's class says, and find one's own run on it."""
        began = time.perf_counter()
        response = await self._get(f"{self.address}/nnlab/classes/{code}", {"language": "en", "version": ""})
        self.tally.add("board", time.perf_counter() - began)
        if response.status_code != 200 or self.run not in [run["id"] for run in response.json()["runs"]]:
            raise Amiss(f"visitor {self.number}: the run is not on the board of the class")

    async def come_back(self) -> None:
        """Return to the page of one's run, which is found as it was left."""
        await self.open("train")
        found = self.screen.elements[CURVE].data["run"]
        if found != self.run:
            raise Amiss(f"visitor {self.number} finds {found or 'no run'} instead of its own")

    async def _get(self, address: str, query: dict[str, Any]) -> httpx.Response:
        """Ask a route; once more, as browsers do, where the server has just closed the connection, which was idle."""
        try:
            return await self.web.get(address, params=query)
        except (httpx.RemoteProtocolError, httpx.ReadError):  # it said so, or its answer was that it is gone
            return await self.web.get(address, params=query)

    async def _follow(self, pause: float) -> None:
        """Ask once how the run goes on, and have the page drawn anew if it has another shape; then wait a little."""
        query = {"language": "en", "steps": self.points, "evaluations": self.evaluations}
        began = time.perf_counter()
        response = await self._get(f"{self.address}/nnlab/runs/{self.run}", query)
        self.tally.add("curve", time.perf_counter() - began)
        if response.status_code != 200:
            raise Amiss(f"visitor {self.number}: the run is gone ({response.status_code})")
        answer = response.json()
        curve = answer["curve"]
        if (curve["stepsBefore"], curve["evaluationsBefore"]) != (self.points, self.evaluations):
            raise Amiss(f"visitor {self.number}: the curve has lost points")
        self.points += len(curve["steps"]["epoch"])
        self.evaluations += len(curve["evaluations"])
        if answer["shape"].split(" ")[0] != self.run:
            raise Amiss(f"visitor {self.number} is told of another's run")
        drawn = self.screen.elements[CURVE].data
        if answer["shape"] != drawn["shape"] or drawn["isBehind"]:
            await self.look()
        await asyncio.sleep(pause)


def drawing(number: int) -> tuple[Image.Image, dict]:
    """A seven as no other number's: as a picture, and as what the canvas sends."""
    corners = [(0.27, 0.22), (0.72, 0.12 + 0.03 * (number % 10)), (0.3 + 0.04 * (number // 10), 0.84)]
    picture = Image.new("RGBA", (SIDE, SIDE), "#ffffff")
    ImageDraw.Draw(picture).line([(x * SIDE, y * SIDE) for x, y in corners], fill="#111111", width=PEN, joint="curve")
    png = io.BytesIO()
    picture.save(png, format="PNG")
    data = "data:image/png;base64," + base64.b64encode(png.getvalue()).decode()
    return picture, {"drawing": {"raw": {"objects": [{"type": "path", "number": number}]}, "data": data}}


def seen(picture: Image.Image) -> bytes:
    """The 28 x 28 numbers that a network is shown of a drawing, as they are sent."""
    return to_mnist(torch.from_numpy(np.asarray(picture).copy())).numpy().astype("<f4").tobytes()
