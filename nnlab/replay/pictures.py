"""The parts of a film's frame: the learning curve, the network, the weights of its first layer, the confusion matrix.

Each is a function from a scene and one of its states to marks on paper.

Read next: ``frames``, which puts them together.
"""

from __future__ import annotations

import numpy as np

from nnlab.replay.paper import DOWN, FAINT, GREY, INK, UP, WHITE, Paper, mixed, signed_picture
from nnlab.replay.scene import Scene

CURVE = (60.0, 96.0, 560.0, 172.0)  # x, y, width, height of the plot in points
NETWORK = (20.0, 320.0, 600.0, 300.0)
CONFUSION = (684.0, 96.0, 24.0)  # x, y, side of a cell
NAMED_CONFUSION = (724.0, 136.0, 20.0)  # the same, with room for the names of the classes; it ends at the same place
NAME_ROOM = 56.0  # points beside the last layer, for the names of the classes
WEIGHTS = (
    662.0,
    402.0,
    58.0,
    56.0,
)  # x, y, from one picture to the next, side: a whole number of pixels for each weight
IMAGE_SIDE = 112.0  # likewise


def curve_place(scene: Scene, place: float, loss: float) -> tuple[float, float]:
    """Where a loss lies on the plot: (x, y) in points."""
    x, y, width, height = CURVE
    return x + width * place, y + height * (1 - min(1.0, loss / top_of(scene)))


def top_of(scene: Scene) -> float:
    """The largest loss on the plot, in nats: the largest there was, but not so large that the rest is flat."""
    known = scene.curve_losses[np.isfinite(scene.curve_losses)]
    return max(0.1, 1.05 * float(min(known.max(initial=0.0), 4 * np.median(known) + 2.5))) if len(known) else 1.0


def draw_curve(paper: Paper, scene: Scene) -> None:
    """The smoothed training loss along the axis, and a tick for each kept state."""
    x, y, width, height = CURVE
    paper.text(x - 40, y - 18, scene.words["loss_axis"], 13, GREY)
    top = top_of(scene)
    for value in np.linspace(0, top, 4):
        level = y + height * (1 - value / top)
        paper.line([(x, level), (x + width, level)], FAINT)
        paper.text(x - 8, level, f"{value:.2f}" if top < 1 else f"{value:.1f}", 12, GREY, "rm")
    known = np.isfinite(scene.curve_losses)
    points = [
        curve_place(scene, *pair) for pair in zip(scene.curve_places[known], scene.curve_losses[known], strict=True)
    ]
    if len(points) > 1:
        paper.line(points, UP, 2)
    frame_steps, places = scene.frame_steps, scene.frame_places
    for step in scene.state_steps:
        at = x + width * float(np.interp(step, frame_steps, places))
        paper.line([(at, y + height), (at, y + height + 6)], GREY)
    paper.text(x + width, y + height + 18, scene.words["axis"], 13, GREY, "rm")


def draw_network(paper: Paper, scene: Scene, state: int) -> None:
    """The image, a column of neurons for each layer, and the ten classes with their probabilities."""
    x, y, width, height = NETWORK
    middle = y + height / 2
    grey = np.repeat(np.round(255 * scene.image).astype(np.uint8)[..., None], 3, axis=2)
    paper.picture(x, middle - IMAGE_SIDE / 2, IMAGE_SIDE, grey)
    left, right = x + IMAGE_SIDE + 50, x + width - 150 - (NAME_ROOM if scene.is_named else 0)
    count = len(scene.outputs)
    places = []
    for layer, outputs in enumerate(scene.outputs):
        at = right if count == 1 else left + (right - left) * layer / (count - 1)
        shown = outputs.shape[1]
        pitch = min(26.0, (height - 20) / shown)
        places.append([(at, middle + pitch * (row - (shown - 1) / 2)) for row in range(shown)])
    for layer, lines in enumerate(scene.lines, start=1):
        most = float(np.abs(lines[..., 1]).max()) or 1.0  # of all states: a line that grows has grown
        for row, terms in enumerate(lines[state]):
            for source, term in terms.tolist():
                share = abs(term) / most
                if share > 0.01:
                    ends = [places[layer - 1][int(source)], places[layer][row]]
                    paper.line(ends, mixed(UP if term > 0 else DOWN, 0.15 + 0.85 * share), 0.6 + 2 * share)
    for layer, outputs in enumerate(scene.outputs):
        most = float(np.abs(outputs).max()) or 1.0
        for (at, level), value in zip(places[layer], outputs[state].tolist(), strict=True):
            fill = mixed(UP if value > 0 else DOWN, abs(value) / most)
            if value < 0:
                paper.box(at - 6, level - 6, 12, 12, fill, GREY)
            else:
                paper.disc(at, level, 6.5, fill, GREY)
        if layer < count - 1:
            paper.text(places[layer][0][0], y - 10, f"{outputs.shape[1]} / {scene.sizes[layer]:,}", 12, GREY, "mm")
    _draw_classes(paper, scene, places[-1], scene.probabilities[state])


def _draw_classes(paper: Paper, scene: Scene, places: list[tuple[float, float]], probabilities: np.ndarray) -> None:
    best, room = int(np.argmax(probabilities)), NAME_ROOM if scene.is_named else 0.0
    for digit, ((left, y), share) in enumerate(zip(places, probabilities.tolist(), strict=True)):
        x = left + room
        if scene.is_named:
            paper.text(x + 28, y, scene.names[digit], 13, INK, "rm")
        else:
            paper.text(x + 20, y, scene.names[digit], 15, INK, "mm")
        paper.box(x + 32, y - 7, 66, 14, FAINT)
        if share > 0.005:
            paper.box(x + 32, y - 7, 66 * share, 14, UP if digit == best else mixed(UP, 0.4))
        if digit == scene.truth:
            paper.box(x + 32, y - 7, 66, 14, None, DOWN)
        said = f"{share:.1%}" if share < 0.9995 else ">99.9%"  # softmax gives no class the whole
        paper.text(x + 148, y, said, 12, INK, "rm")


def draw_weights(paper: Paper, scene: Scene, state: int) -> None:
    """First-layer neurons as the weights of their 784 pixels, on one scale for all of them and the whole film."""
    x, y, pitch, side = WEIGHTS
    most = float(np.abs(scene.pictures).max()) or 1.0
    paper.text(x, y - 32, scene.words["weights"], 13, GREY)
    paper.text(x, y - 14, f"-{most:.2f}", 12, DOWN)
    paper.text(x + 46, y - 14, "0", 12, GREY)
    paper.text(x + 62, y - 14, f"+{most:.2f}", 12, UP)
    for index, weights in enumerate(scene.pictures[state]):
        row, column = divmod(index, 5)
        paper.picture(x + pitch * column, y + pitch * row, side, signed_picture(weights, most))
        paper.box(x + pitch * column, y + pitch * row, side, side, None, FAINT)


def draw_confusion(paper: Paper, scene: Scene, state: int) -> None:
    """How many images of each class (rows) were read as each (columns); the colour is a cell's share of its row."""
    x, y, side = NAMED_CONFUSION if scene.is_named else CONFUSION
    counts, (heading_x, heading_y, _) = scene.confusions[state], CONFUSION
    for line, words in enumerate(scene.words["confusion"].split("\n")):
        paper.text(heading_x - 22, heading_y - 46 + 18 * line, words, 13, GREY)
    if counts.min() < 0:
        paper.text(x + 5 * side, y + 5 * side, "…", 20, GREY, "mm")
        return
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    for truth in range(10):
        name, middle = scene.names[truth], side * (truth + 0.5)
        if scene.is_named:
            paper.text(x - 6, y + middle, name, 12, GREY, "rm")
            paper.upright(x + middle, y - 5, name, 11, GREY)
        else:
            paper.text(x - 12, y + middle, name, 12, GREY, "mm")
            paper.text(x + middle, y - 10, name, 12, GREY, "mm")
        for read in range(10):
            share, count = float(shares[truth, read]), int(counts[truth, read])
            color = UP if truth == read else DOWN
            paper.box(x + side * read, y + side * truth, side, side, mixed(color, share**0.5), WHITE)
            if count:
                letters = WHITE if share > 0.3 else INK
                paper.text(x + side * (read + 0.5), y + side * (truth + 0.5), str(count), 9.5, letters, "mm")
