"""The words of the field: where each is explained and seen, and links to them in prose that knows nothing of it.

Names and explanations stand in ``locale/<language>/terms.toml``: ``neuron``, ``neuron_also`` (other forms, separated by
commas) and ``neuron_text``. Whoever writes prose writes plain text; ``show`` links the first use of each term to the
glossary, and says what it means where the link is pointed at. ``tell`` and ``note`` do so for the short strings of a
page, of all of which together a term is linked in one.

Read next: ``glossary.page``, which lists them.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

import streamlit as st

from nnlab.ui import keys, state
from nnlab.ui.text import strings, t

PAGE = "glossary"  # its address, from any other page's
KEPT_TEXTS = 1024  # whose terms are known, in all languages together


class Place(NamedTuple):
    """Where a term can be seen in the app: a page, and which lesson of Learn or which section of another page."""

    page: str
    part: str = ""


TERMS = {
    "neuron": Place("learn", "neuron"),
    "weight": Place("learn", "neuron"),
    "bias": Place("learn", "neuron"),
    "activation_function": Place("activations", "curves"),
    "relu": Place("activations", "curves"),
    "sigmoid": Place("activations", "curves"),
    "tanh": Place("activations", "curves"),
    "layer": Place("learn", "layer"),
    "input_layer": Place("learn", "network"),
    "hidden_layer": Place("learn", "network"),
    "output_layer": Place("learn", "network"),
    "neural_network": Place("learn", "network"),
    "parameter": Place("learn", "network"),
    "multilayer_perceptron": Place("learn", "network"),
    "pixel": Place("draw"),
    "mnist": Place("home"),
    "class": Place("learn", "loss"),
    "classification": Place("learn", "loss"),
    "regression": Place("learn", "fitting"),
    "label": Place("learn", "training"),
    "logit": Place("learn", "forward"),
    "softmax": Place("learn", "forward"),
    "forward_propagation": Place("learn", "forward"),
    "loss": Place("learn", "loss"),
    "cross_entropy": Place("learn", "loss"),
    "mean_squared_error": Place("learn", "fitting"),
    "nat": Place("learn", "loss"),
    "gradient": Place("learn", "backward"),
    "slope": Place("activations", "curves"),
    "gradient_descent": Place("learn", "descent"),
    "loss_landscape": Place("inspect", "gradients"),
    "learning_rate": Place("learn", "descent"),
    "backpropagation": Place("learn", "backward"),
    "chain_rule": Place("learn", "by_hand"),
    "universal_approximation": Place("learn", "fitting"),
    "decision_boundary": Place("learn", "plane"),
    "linear_separability": Place("learn", "plane"),
    "autograd": Place("learn", "backward"),
    "training": Place("learn", "training"),
    "step": Place("learn", "training"),
    "batch": Place("learn", "training"),
    "epoch": Place("learn", "training"),
    "training_set": Place("learn", "training"),
    "test_set": Place("learn", "training"),
    "validation_set": Place("learn", "training"),
    "accuracy": Place("train"),
    "overfitting": Place("learn", "training"),
    "underfitting": Place("train"),
    "generalization": Place("learn", "training"),
    "regularization": Place("train"),
    "dropout": Place("train"),
    "l2_regularization": Place("train"),
    "data_augmentation": Place("train"),
    "optimizer": Place("train"),
    "sgd": Place("train"),
    "momentum": Place("train"),
    "adam": Place("train"),
    "schedule": Place("train"),
    "initialization": Place("activations", "depth"),
    "input_normalization": Place("train"),
    "gradient_clipping": Place("train"),
    "vanishing_gradient": Place("activations", "depth"),
    "exploding_gradient": Place("activations", "depth"),
    "silent_neuron": Place("learn", "forward"),
    "dead_neuron": Place("activations", "health"),
    "saturation": Place("activations", "health"),
    "divergence": Place("train"),
    "seed": Place("train"),
    "hyperparameter": Place("train"),
    "confusion_matrix": Place("inspect", "failures"),
    "confidence": Place("inspect", "unsure"),
    "temperature": Place("inspect", "surgery"),
    "attribution": Place("inspect", "attribution"),
    "adversarial_example": Place("play", "fool"),
    "pruning": Place("inspect", "surgery"),
    "fine_tuning": Place("train"),
    "latent": Place("learn", "writing"),
    "generator": Place("learn", "writing"),
    "histogram": Place("inspect", "layers"),
    "standard_deviation": Place("inspect", "layers"),
    "root_mean_square": Place("inspect", "gradients"),
    "norm": Place("inspect", "gradients"),
    "log_scale": Place("inspect", "gradients"),
    "running_mean": Place("train"),
    "central_difference": Place("inspect", "gradients"),
    "saliency": Place("inspect", "attribution"),
    "integrated_gradients": Place("inspect", "attribution"),
    "occlusion": Place("inspect", "attribution"),
    "gradient_ascent": Place("inspect", "attribution"),
    "euclidean_distance": Place("inspect", "attribution"),
    "calibration": Place("inspect", "failures"),
    "reliability_diagram": Place("inspect", "failures"),
    "principal_component_analysis": Place("inspect", "map"),
    "tsne": Place("inspect", "map"),
    "nearest_neighbours": Place("inspect", "map"),
    "kullback_leibler": Place("inspect", "map"),
}
NOT_LINKED = {"class"}  # means something else in a school

# What is left as it is: formulas, code, links, icons; and bold or italic words, unless they are a term as a whole.
_KEPT = r"\$[^$]+\$|`[^`]*`|!?\[[^\]]*\]\([^)]*\)|:[\w-]+(?:/\w+)?:|\*\*[^*]+\*\*|\*[^*]+\*|https?://\S+"
_TOKENS = re.compile(f"({_KEPT})")
_MARKED = re.compile(r"(\*{1,2})(.+?)\1")


def begin(page: str) -> None:
    """A page is drawn from its top: only the sentence that says what it is for has links so far.

    A fragment that is all the rest of a page begins with it as well.
    """
    st.session_state[keys.LINKED] = dict.fromkeys(_terms_in(t(f"{page}.purpose"), state.language()), f"{page}.purpose")


def tell(key: str, **values: object) -> None:
    """Draw a short string as ``t`` has it, with the first use of each term on the page linked to the glossary."""
    st.markdown(told(key, **values))


def note(key: str, **values: object) -> None:
    """The same in small letters."""
    st.caption(told(key, **values))


def head(key: str, **options: object) -> None:
    """The same in bold letters, as a heading; options as for ``st.markdown``."""
    st.markdown(_told(key, f"**{t(key)}**"), **options)


def told(key: str, **values: object) -> str:
    """What ``tell`` draws, for whoever draws it together with other words."""
    return _told(key, t(key, **values))


def _told(key: str, markdown: str) -> str:
    """Where a text had the first use, it still has it when a fragment draws it once more."""
    first = st.session_state.setdefault(keys.LINKED, {})
    for term in _terms_in(markdown, state.language()):
        first.setdefault(term, key)
    return _with_links(markdown, {term for term, place in first.items() if place != key})


def show(markdown: str, above: str = "") -> None:
    """Draw prose with the first use of each term linked to the glossary; ``above`` as for ``linked``."""
    st.markdown(linked(markdown, above))


def linked(markdown: str, above: str = "") -> str:
    """The same prose with those links, in the visitor's language.

    Args:
        above: prose that stands above it on the page and has its own links: what is linked there is not linked again.

    Example:
        >>> linked("A **neuron** has weights.")
        'A [**neuron**](glossary?lang=en#neuron "The smallest ...") has [weights](glossary?lang=en#weight "The ...").'
    """
    return _with_links(markdown, _terms_in(above, state.language()))


def _with_links(markdown: str, seen: set[str]) -> str:
    """Prose with a link at the first use of each term that has not been seen."""
    seen, pieces = set(seen), []
    for piece, term in _pieces(markdown, state.language()):
        if term is None or term in seen:
            pieces.append(piece)
            continue
        seen.add(term)
        title = t(f"terms.{term}_text").replace('"', "”")
        pieces.append(f'[{piece}]({address(term)} "{title}")')
    return "".join(pieces)


def _terms_in(markdown: str, language: str) -> set[str]:
    return {term for _, term in _pieces(markdown, language) if term}


@lru_cache(KEPT_TEXTS)
def _pieces(markdown: str, language: str) -> tuple[tuple[str, str | None], ...]:
    """Prose in pieces, each with the term that it could lead to: kept, since the search takes a millisecond a text."""
    names, pattern = _forms(language)
    pieces: list[tuple[str, str | None]] = []
    for place, token in enumerate(_TOKENS.split(markdown)):
        if place % 2:
            marked = _MARKED.fullmatch(token)
            is_term = marked and pattern.fullmatch(marked[2])
            pieces.append((token, names[_plain(marked[2], language)] if is_term else None))
            continue
        end = 0
        for match in pattern.finditer(token):
            pieces += [(token[end : match.start()], None), (match[0], names[_plain(match[0], language)])]
            end = match.end()
        pieces.append((token[end:], None))
    return tuple(pieces)


def address(term: str) -> str:
    """Where the glossary explains a term, from any page of the app."""
    return f"{PAGE}?lang={state.language()}#{term}"


def forms_of(term: str, language: str) -> list[str]:
    """A term's name and its other forms; in English plurals with -s need not be among them."""
    texts = strings(language)
    return [texts[f"terms.{term}"], *filter(None, texts[f"terms.{term}_also"].split(", "))]


@cache
def _forms(language: str) -> tuple[dict[str, str], re.Pattern[str]]:
    """Which term each form is of, and what finds them in a text, the longer ones first."""
    names = {_plain(form, language): term for term in TERMS if term not in NOT_LINKED
             for form in forms_of(term, language)}  # fmt: skip
    anyone = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    if language == "ko":  # particles follow without a space
        return names, re.compile(rf"(?<![\w가-힣])(?:{anyone})", re.IGNORECASE)
    return names, re.compile(rf"(?<![\w-])(?:{anyone})s?(?![\w-])", re.IGNORECASE)


def _plain(form: str, language: str) -> str:
    """How a form is looked up: small letters, and in English without the -s of a plural."""
    form = form.lower()
    return form.removesuffix("s") if language == "en" else form
