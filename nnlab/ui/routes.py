"""What the server answers over plain HTTP, besides the pages: files, how a run goes on, whether it is ready.

``app.py`` gives these routes to Streamlit when the server starts. All of them lie below ``files.ROOT``, and below the
path that the app is told to live at (``server.baseUrlPath``):

    files/<folder>/<version>/<file>               scripts and the like; never another content under the same address
    made/<name>                                   pictures made while the server runs; the same holds for them
    what/<language>/<version>                     what things are, for who asks; the same holds for them
    runs/<id>?language=en&steps=0&evaluations=0   how a run is, and its curve after so many points; 404 if there is none
    runs/<id>/weights?step=0                      its newest weights, as a file; 204 if they are those after that step
    maps/<id>?language=en&step=0                  how a map is that is being made, and its places if they are others
    replays/<id>                                  a run to be played back: its curve, and where its kept states lie
    replays/<id>/states/<step>                    one of those states, as a file
    replays/<id>/confusions?language=en&known=0   its confusion matrices as they are counted, if there are more
    films/<id>?language=en                        how a film is that is being made
    beside/<id>?language=en                       how something is that is made beside the page for one visitor
    readings/<id>?language=en                     how the reading of brought files goes on
    classes/<code>?language=en&version=           a class's board; 204 if it still says what that version does
    runs/<id>/pulses?pulses=0&counts=0            how strongly each layer is taught, after so many points of both kinds
    ready                                         200 once torch is loaded and workers wait for runs, 503 before
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from nnlab.classroom.room import ROOMS
from nnlab.runs import halves, jobs
from nnlab.runs.mapping import mapper
from nnlab.ui import beside, files, text, warm_up
from nnlab.ui.bringing import readings
from nnlab.ui.classroom import board
from nnlab.ui.components import asking, live_reading, live_run
from nnlab.ui.train import progress

FOLDERS = {folder.name: folder for folder in (files.SCRIPTS, live_run.PLOTLY, live_reading.ASSETS)}
FOR_EVER = "public, max-age=31536000, immutable"
MOST_DIGITS = 9  # of a count of points in an address

T = TypeVar("T")


def routes() -> list[Route]:
    """All of them, for the server that is being started."""
    home = "/".join(["", *filter(None, str(st.get_option("server.baseUrlPath") or "").split("/")), files.ROOT])
    return [
        Route(f"{home}files/{{folder}}/{{version}}/{{file}}", file),
        Route(f"{home}made/{{name}}", made),
        Route(f"{home}what/{{language}}/{{version}}", what),
        Route(f"{home}runs/{{id}}", run),
        Route(f"{home}runs/{{id}}/weights", weights),
        Route(f"{home}maps/{{id}}", making),
        Route(f"{home}runs/{{id}}/pulses", pulses),
        Route(f"{home}replays/{{id}}", replay),
        Route(f"{home}replays/{{id}}/states/{{step:int}}", state),
        Route(f"{home}replays/{{id}}/confusions", counted),
        Route(f"{home}films/{{id}}", film),
        Route(f"{home}beside/{{id}}", task),
        Route(f"{home}readings/{{id}}", reading),
        Route(f"{home}classes/{{code}}", class_board),
        Route(f"{home}ready", ready),
    ]


async def file(request: Request) -> Response:
    """A file of ``files``, packed if the browser unpacks."""
    parts = request.path_params
    folder = FOLDERS.get(parts["folder"])
    return _hand_out(folder and folder.get(parts["version"], parts["file"]), request)


async def made(request: Request) -> Response:
    """A file of ``files.keep_made``."""
    return _hand_out(files.get_made(request.path_params["name"]), request)


async def what(request: Request) -> Response:
    """The sentences of ``asking.things``; a page of before they were changed gets the new ones."""
    return _hand_out(asking.get(request.path_params["language"]), request)


def _hand_out(served: files.Served | None, request: Request) -> Response:
    if not served:
        return Response("There is no such file, or it is another one by now. Reload the page.\n", 404)
    is_packed = _takes_packed(request)
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    return Response(served.packed if is_packed else served.plain, headers=headers, media_type=served.type)


async def run(request: Request) -> Response:
    """How a run goes on, for whoever knows its id; see ``progress.follow``."""
    job = jobs.get(request.path_params["id"])
    if job is None:
        return Response("There is no such run, or it has been forgotten.\n", 404, {"Cache-Control": "no-store"})
    asked = request.query_params
    with text.speaking(asked.get("language", "")):
        answer = progress.follow(job, _count(asked.get("steps")), _count(asked.get("evaluations")))
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Response(body, headers={"Cache-Control": "no-store"}, media_type="application/json")


def weights(request: Request) -> Response:
    """A run's newest weights as ``halves`` makes them; in a thread, as the making takes a few milliseconds.

    A header says what became of the hidden neurons: after which step, over how many images, a figure for each of them.
    """
    job, headers = jobs.get(request.path_params["id"]), {"Cache-Control": "no-store"}
    if job is None or not halves.is_small(job):
        return Response("There is no such run, or its network is too large.\n", 404, headers)
    if found := job.pulses.neurons_in_words():  # newer ones may come without other weights
        step, images, words = found
        headers["Nnlab-Neurons"] = f"{step} {images} {'.'.join(words)}"
    snapshot = halves.latest(job)
    if snapshot is None or str(snapshot.step) == request.query_params.get("step"):
        return Response(status_code=204, headers=headers)
    file = halves.file_of(snapshot)
    if file is None:
        return Response(status_code=204, headers=headers)
    # Packing weights takes more time than it saves bytes, and would be done anew for each who looks.
    headers |= {"Nnlab-Step": str(snapshot.step), "Content-Encoding": "identity"}
    return Response(file, headers=headers, media_type="application/octet-stream")


async def making(request: Request) -> Response:
    """How the making of a map goes on, for whoever knows its id; see ``tsne.follow``."""
    from nnlab.ui.inspect import tsne  # whose caches want a server that runs

    step = request.query_params.get("step")
    known = _count(step) if step != "-1" else -1
    return _followed(request, mapper.get(request.path_params["id"]), lambda mapping: tsne.follow(mapping, known))


async def pulses(request: Request) -> Response:
    """What is new of a run's pulses; see ``runs.pulses``."""
    job, headers = jobs.get(request.path_params["id"]), {"Cache-Control": "no-store"}
    if job is None:
        return Response("There is no such run, or it has been forgotten.\n", 404, headers)
    asked = request.query_params
    return JSONResponse(job.pulses.since(_count(asked.get("pulses")), _count(asked.get("counts"))), headers=headers)


def replay(request: Request) -> Response:
    """What there is to play back of a run; see ``recordings.told``. In a thread: it takes some milliseconds."""
    from nnlab.ui.runs import recordings

    recording = recordings.find(request.path_params["id"])
    if recording is None:
        return Response("There is no such run, or it has been forgotten.\n", 404, {"Cache-Control": "no-store"})
    return JSONResponse(recordings.told(recording), headers={"Cache-Control": "no-store"})


def state(request: Request) -> Response:
    """The weights of a run as they were after a step that was kept, in float16; they never change."""
    from nnlab.ui.runs import recordings

    recording = recordings.find(request.path_params["id"])
    found = recording and recording.state_at(request.path_params["step"])
    if not found:
        return Response("There is no such run, or nothing of this step.\n", 404, {"Cache-Control": "no-store"})
    headers = {"Cache-Control": "private, max-age=86400", "Content-Encoding": "identity"}
    return Response(found.weights, headers=headers, media_type="application/octet-stream")


def counted(request: Request) -> Response:
    """The confusion matrices of a run as far as they are counted; see ``recordings.count``."""
    from nnlab.ui.runs import recordings

    recording, headers = recordings.find(request.path_params["id"]), {"Cache-Control": "no-store"}
    if recording is None:
        return Response("There is no such run, or it has been forgotten.\n", 404, headers)
    with text.speaking(request.query_params.get("language", "")):
        answer = recordings.count(recording, _count(request.query_params.get("known")))
    return JSONResponse(answer, headers=headers)


async def film(request: Request) -> Response:
    """How the making of a film goes on, for whoever knows its id; see ``replay_film.follow``."""
    from nnlab.replay.making import maker
    from nnlab.ui.runs import replay_film

    return _followed(request, maker.get(request.path_params["id"]), replay_film.follow)


async def task(request: Request) -> Response:
    """How something goes on that is made beside the page, for whoever knows its id; see ``beside.follow``."""
    return _followed(request, beside.TASKS.get(request.path_params["id"]), beside.follow)


async def reading(request: Request) -> Response:
    """How the reading of brought files goes on, for whoever knows its id; see ``readings.follow``."""
    return _followed(request, readings.READINGS.get(request.path_params["id"]), readings.follow)


def class_board(request: Request) -> Response:
    """What a class's board says, for whoever knows its code; see ``board.tell``. In a thread: it takes milliseconds."""
    room, headers = ROOMS.get(request.path_params["code"]), {"Cache-Control": "no-store"}
    if room is None:
        return Response("There is no such class, or it has been forgotten.\n", 404, headers)
    with text.speaking(request.query_params.get("language", "")):
        answer = board.answer(room)
    if answer.version == request.query_params.get("version"):
        return Response(status_code=204, headers=headers)
    headers |= {"Nnlab-Version": answer.version, "Vary": "Accept-Encoding"}
    is_packed = _takes_packed(request)
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    return Response(answer.packed if is_packed else answer.body, headers=headers, media_type="application/json")


async def ready(request: Request) -> Response:
    """Whether a visitor would have to wait for libraries to load; asking begins to load them."""
    is_ready = not warm_up.start().is_alive() and jobs.are_warm()
    headers = {"Cache-Control": "no-store"} | ({} if is_ready else {"Retry-After": "1"})
    return JSONResponse({"ready": is_ready}, 200 if is_ready else 503, headers)


def _takes_packed(request: Request) -> bool:
    """Whether the browser unpacks gzip."""
    return "gzip" in request.headers.get("accept-encoding", "")


def _followed(request: Request, found: T | None, follow: Callable[[T], dict[str, Any]]) -> Response:
    """What there is to say of something that takes long, in the visitor's language."""
    if found is None:
        return Response("There is no such thing, or it has been forgotten.\n", 404, {"Cache-Control": "no-store"})
    with text.speaking(request.query_params.get("language", "")):
        answer = follow(found)
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def _count(text: str | None) -> int:
    """A count from an address; 0 for anything else, which asks for everything."""
    is_count = bool(text) and text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_count else 0
