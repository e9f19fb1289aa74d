"""The browser's port of ``drawing`` and ``model`` against Python, in a real Chromium, on the app's own files."""

import base64
import gzip

import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from torch import Generator

from nnlab import checkpoint
from nnlab.calibration import Calibration, calibrated, doubt
from nnlab.config import ACTIVATION_NAMES, INPUT_NORMALIZATION, ModelConfig
from nnlab.drawing import to_mnist
from nnlab.inspection.layers import layer_outputs
from nnlab.model import MLP
from nnlab.ui import files
from nnlab.ui.numbers import percent, probability_percent
from nnlab.ui.text import strings
from nnlab.workshop.handwriting import scribbles, write
from nnlab.workshop.handwriting_styles import HELD_OUT, TRAINING
from nnlab.workshop.ink import draw
from tests.browser.drawing import DIGITS, INVITATION, READING, SEEN, expect_network, expect_read, press_and_move

COUNT = 240
SIDES = (140, 280)  # pixels of the canvas
COLORS = {  # pen and paper, RGBA
    "light": ((17, 17, 17, 255), (255, 255, 255, 255)),
    "dark": ((245, 245, 245, 255), (16, 16, 16, 255)),
    "transparent": ((0, 0, 0, 255), (0, 0, 0, 0)),
    "colours": ((200, 30, 60, 255), (250, 240, 200, 255)),
}
PREPARE = """async ([folder, weights, normalizations]) => {
  const [{ toMnist }, network] = await Promise.all(
    ["drawing.js", "network.js"].map(name => import(`${folder}/${name}`)))
  const bytes = text => Uint8Array.from(atob(text), character => character.charCodeAt(0))
  window.parity = { toMnist, network, bytes, known: network.readNetwork(bytes(weights).buffer, normalizations) }
}"""
# Pictures travel as packed bytes: number by number, most of the test's time would go into writing and reading them.
SEE = """canvases => Promise.all(canvases.map(async ([text, side]) => {
  const packed = new Blob([parity.bytes(text)]).stream().pipeThrough(new DecompressionStream("gzip"))
  const image = parity.toMnist(new Uint8Array(await new Response(packed).arrayBuffer()), side, side)
  return image && btoa(String.fromCharCode(...new Uint8Array(Float32Array.from(image).buffer)))
}))"""
READ = """text => {
  const pixels = new Float32Array(parity.bytes(text).buffer)
  return Array.from({ length: pixels.length / 784 }, (_, index) => {
    const { probabilities, isDoubtful } = parity.network.read(
      parity.known, pixels.subarray(784 * index, 784 * (index + 1)))
    return { probabilities, isDoubtful }
  })
}"""
# What passes through each layer; a neuron's arithmetic as it is written, and all of its terms.
LAYERS = """images => images.map(image => parity.network.read(parity.known, image).layers.map(
  ({ sums, outputs }) => [Array.from(sums), Array.from(outputs)]))"""
ADD_UP = """async ([folder, image, layer, neuron]) => {
  const { arithmetic, termsOf } = await import(`${folder}/neurons.js`)
  const passed = parity.network.read(parity.known, image).layers[layer]
  const terms = Array.from(termsOf(parity.known.layers[layer], neuron, passed))
  return { terms, written: arithmetic(parity.known.layers[layer], neuron, passed, 5, 3) }
}"""


@pytest.fixture(scope="module")
def tab(server, windows):
    """A tab at the app's own address, with no page of it: the tests bring the scripts that they ask."""
    windows.refused.clear()
    tab = windows.take(1366, 768, {"locale": "en-US"})
    tab.goto(f"{server}/_stcore/health")
    yield tab
    windows.give_back(tab)
    assert windows.refused == []


@pytest.fixture
def load(server, tab):
    """A function that gives a network's file to the browser's port."""

    def load(file: bytes) -> None:
        folder = f"{server}/{files.ROOT}{files.SCRIPTS.address('network.js')}".rpartition("/")[0]
        tab.evaluate(PREPARE, [folder, base64.b64encode(file).decode(), INPUT_NORMALIZATION])

    yield load
    tab.evaluate("delete window.parity")


def paint(ink: torch.Tensor, pen: tuple, paper: tuple) -> torch.Tensor:
    """(H, W) uint8 ink -> (H, W, 4) uint8 RGBA, edges blended as a browser does."""
    share = ink[..., None].float() / 255
    return (share * torch.tensor(pen) + (1 - share) * torch.tensor(paper)).round().to(torch.uint8)


def canvases() -> list[torch.Tensor]:
    """Digits in all styles and none at all, large and small, in four pairs of colours, and the cases at the edge."""
    generator = Generator().manual_seed(3)
    styles = [*TRAINING, *HELD_OUT, *scribbles(20, generator)]
    made = []
    for part, side in enumerate(SIDES):
        drawings = write(COUNT // 2, Generator().manual_seed(part), styles, side=side)
        for index in range(COUNT // 2):
            made.append(paint(draw(drawings, index, side), *list(COLORS.values())[index % len(COLORS)]))
    square, dot, line = (torch.zeros(140, 140, dtype=torch.uint8) for _ in range(3))
    square[41:99, 41:99] = 255  # symmetric: its centre of mass lies between two pixels
    dot[139, 0] = 255
    line[70, 3:130] = 100
    made += [paint(ink, *COLORS["light"]) for ink in (square, dot, line, torch.full_like(square, 255))]
    return made


def sent(images: torch.Tensor) -> str:
    """(N, 28, 28) float32 for ``READ``."""
    return base64.b64encode(images.numpy().tobytes()).decode()


def test_drawings_are_prepared_and_read_alike(load, tab):
    load(checkpoint.BUNDLED.read_bytes())
    drawn = canvases()
    assert len(drawn) > 200
    seen = []
    for start in range(0, len(drawn), 40):
        part = drawn[start : start + 40]
        packed = [gzip.compress(canvas.numpy().tobytes(), 1) for canvas in part]
        texts = [base64.b64encode(canvas).decode() for canvas in packed]
        seen += tab.evaluate(SEE, [[text, len(canvas)] for text, canvas in zip(texts, part, strict=True)])
    expected = torch.stack([to_mnist(canvas) for canvas in drawn])  # (N, 28, 28)
    pixels = [np.frombuffer(base64.b64decode(image) if image else bytes(4 * 784), np.float32) for image in seen]
    found = torch.from_numpy(np.stack(pixels)).view(-1, 28, 28)
    assert [image is None for image in seen] == [not bool(image.any()) for image in expected]
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)

    answers = tab.evaluate(READ, sent(found))
    calibration = Calibration.from_facts(checkpoint.read_header(checkpoint.BUNDLED)["facts"])
    with torch.no_grad():
        logits = checkpoint.load_bundled()(expected)
    probabilities = torch.tensor([answer["probabilities"] for answer in answers])
    torch.testing.assert_close(probabilities, calibrated(logits, calibration.temperature), atol=1e-3, rtol=0)
    assert torch.equal(probabilities.argmax(1), logits.argmax(1))
    doubted = torch.tensor([answer["isDoubtful"] for answer in answers])
    assert torch.equal(doubted, doubt(logits, calibration.doubt_threshold))
    assert 0 < doubted.sum() < len(doubted)


def test_probabilities_are_written_alike(load, tab):
    load(checkpoint.BUNDLED.read_bytes())
    values = [0.0, 1e-9, 0.0004, 0.0006, 0.1, 0.123, 0.5004, 0.98765, 0.9989, 0.9994, 0.9996, 0.99999999, 1.0]
    found = tab.evaluate("values => values.map(value => parity.network.percentOf(value))", values)
    assert found == [probability_percent(value) for value in values]


def test_accuracies_are_written_alike(load, tab):
    load(checkpoint.BUNDLED.read_bytes())
    values = [0.0, 0.5, 0.1234, 0.98765, 0.9999, 39_999 / 40_000, 1.0]
    found = tab.evaluate("values => values.map(value => parity.network.accuracyOf(value))", values)
    assert found == [percent(value, 2) for value in values]


@pytest.mark.parametrize("normalization", INPUT_NORMALIZATION)
def test_every_activation_is_computed_alike(load, tab, normalization):
    images = torch.rand(20, 28, 28, generator=Generator().manual_seed(1))
    for activation in ACTIVATION_NAMES:
        model = MLP(ModelConfig((40, 20), activation, "lecun", input_normalization=normalization), seed=5).eval()
        load(checkpoint.to_bytes(model))
        answers = tab.evaluate(READ, sent(images))
        found = torch.tensor([answer["probabilities"] for answer in answers])
        torch.testing.assert_close(found, model.predict_proba(images), atol=1e-5, rtol=0, msg=activation)
        assert not any(answer["isDoubtful"] for answer in answers)


def test_each_layer_passes_the_same_on(load, tab):
    images = torch.rand(6, 28, 28, generator=Generator().manual_seed(4))
    for activation in ("relu", "tanh"):
        model = MLP(ModelConfig((40, 20), activation, "torch"), seed=5).eval()
        load(checkpoint.to_bytes(model))
        passed = tab.evaluate(LAYERS, images.flatten(1).tolist())
        for layer, expected in enumerate(layer_outputs(model, images)):
            sums, outputs = (torch.tensor([image[layer][part] for image in passed]) for part in (0, 1))
            torch.testing.assert_close(sums, expected.pre_activation, atol=1e-5, rtol=0)
            torch.testing.assert_close(outputs, expected.output, atol=1e-5, rtol=0)


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_a_neurons_arithmetic_is_its_own_and_adds_up_as_written(load, tab, server, layer):
    """The first layer's inputs are the normalised pixels, and its biases those of the file."""
    model = MLP(ModelConfig((40, 20), "tanh", "torch"), seed=5).eval()
    load(checkpoint.to_bytes(model))
    image = torch.rand(1, 28, 28, generator=Generator().manual_seed(6))
    folder = f"{server}/{files.ROOT}{files.SCRIPTS.address('network.js')}".rpartition("/")[0]
    outputs = layer_outputs(model, image)
    inputs = outputs[layer - 1].output[0] if layer else model.normalize(image)[0]
    for neuron in (0, 7):
        found = tab.evaluate(ADD_UP, [folder, image.flatten().tolist(), layer, neuron])
        terms = (model.linears[layer].weight[neuron] * inputs).detach()
        torch.testing.assert_close(torch.tensor(found["terms"]), terms, atol=1e-5, rtol=0)
        written = found["written"]
        assert [term["input"] for term in written["terms"]] == terms.abs().topk(5).indices.tolist()
        assert written["bias"] == round(model.linears[layer].bias[neuron].item(), 3)
        assert written["sum"] == round(outputs[layer].pre_activation[0, neuron].item(), 3)
        total = sum(term["term"] for term in written["terms"]) + written["rest"] + written["bias"]
        assert f"{total:.3f}" == f"{written['sum']:.3f}"
        assert written["rest"] == pytest.approx(float(terms.sum()) - sum(t["term"] for t in written["terms"]), abs=2e-3)
        assert written["others"] == len(terms) - 5


def test_a_network_with_an_activation_that_the_browser_does_not_know_is_left_to_python(load, tab):
    file = checkpoint.to_bytes(MLP(ModelConfig((4,), "softsign")))
    load(file.replace(b"softsign", b"softsigh"))
    assert tab.evaluate("parity.known") is None


def test_without_its_activation_each_stroke_is_read_when_it_ends(server, page):
    """As when somebody has added an activation, and a network with it reads."""

    def forget_relu(route):
        answer = route.fetch()
        assert "\n  relu:" in answer.text()
        route.fulfill(response=answer, body=answer.text().replace("\n  relu:", "\n  other:"))

    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.route("**/network.js*", forget_relu)
    page.goto(f"{server}/draw?lang=en")
    expect(page.locator(INVITATION)).to_have_text(strings("en")["draw.invitation_each_stroke"])
    expect_network(page)
    press_and_move(page, DIGITS["7"])
    expect(page.locator(READING)).to_have_attribute("data-state", "empty")
    assert max(page.evaluate(SEEN)) > 200  # what the network would see moves with the pen all the same
    page.mouse.up()
    expect_read(page, "7")
    assert errors == []


@pytest.mark.parametrize("hidden_sizes", [(), (1,), (16,) * 8])
def test_networks_of_any_depth(load, tab, hidden_sizes):
    model = MLP(ModelConfig(hidden_sizes, "tanh"), seed=2).eval()
    load(checkpoint.to_bytes(model))
    images = torch.rand(5, 28, 28, generator=Generator().manual_seed(1))
    found = torch.tensor([a["probabilities"] for a in tab.evaluate(READ, sent(images))])
    torch.testing.assert_close(found, model.predict_proba(images), atol=1e-5, rtol=0)
