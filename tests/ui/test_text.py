"""The two languages say the same things, and every string that is asked for is there."""

import ast
import re
import string

import pytest

from nnlab.ui import particles
from nnlab.ui.text import LANGUAGES, LOCALE, duration, fill, prose, speaking, strings, t, unmarked

HANGUL = re.compile("[가-힣]")
NAMES = ("Leaky ReLU", "He (Kaiming)", "Xavier (Glorot)", "nat")  # written so in Korean too


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys():
    assert strings("en").keys() == strings("ko").keys()


UI = LOCALE.parent
MODULES = [*sorted(UI.rglob("*.py")), *sorted((UI.parents[1] / "pages").glob("*.py"))]


def keys_in(node: ast.AST) -> list[str]:
    """The keys that an expression may be, as patterns: what is filled in stands for some letters."""
    if isinstance(node, ast.JoinedStr):
        return ["".join(re.escape(part.value) if isinstance(part, ast.Constant) else r"[\w.]+" for part in node.values)]
    if isinstance(node, ast.Constant):
        return [re.escape(node.value)] if re.fullmatch(r"[a-z_]+\.\w+", str(node.value)) else []
    return [key for child in ast.iter_child_nodes(node) for key in keys_in(child)]


def asked_for(module: ast.Module) -> list[str]:
    """The keys that a module gives to ``t``."""
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "t"]
    return [key for call in calls for key in keys_in(call.args[0])]


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(UI.parents[1])))
def test_every_string_that_is_asked_for_is_there(file):
    patterns = asked_for(ast.parse(file.read_text("utf-8")))
    assert [pattern for pattern in patterns if not any(re.fullmatch(pattern, key) for key in strings("en"))] == []


def test_a_string_that_is_not_there_is_noticed():
    calls = "t('draw.gone'); t(f'gone.digit_{digit}'); t('home.title'); t('a.b' if x == 'draw' else 'c.d')"
    patterns = asked_for(ast.parse(calls))
    assert set(patterns) == {r"draw\.gone", r"gone\.digit_[\w.]+", r"home\.title", r"a\.b", r"c\.d"}


def test_a_string_has_the_same_placeholders_in_both_languages():
    """One test for all of them: each by itself would take less time than pytest needs for it."""
    english, korean = ({key: placeholders(text) for key, text in strings(name).items()} for name in LANGUAGES)
    assert {key: (found, korean[key]) for key, found in english.items() if found != korean[key]} == {}


def test_english_holds_no_korean():
    assert [key for key, text in strings("en").items() if HANGUL.search(text)] == []


def test_a_neuron_is_never_called_a_unit():
    prose = {path.stem: path.read_text("utf-8") for path in (LOCALE / "en").rglob("*.md")}
    spoken = {key: re.sub(r"\{.*?\}", "", text) for key, text in (strings("en") | prose).items()}
    assert [key for key, text in spoken.items() if re.search(r"(?<!in )\bunits?\b", text, re.IGNORECASE)] == []


def test_korean_is_korean():
    """A Korean string without one Hangul letter is a translation that was forgotten, unless it is the same word."""
    marks = re.compile(r"\{.*?\}|\$.*?\$|:material/\w+:|:\w+(?=\[)")  # placeholders, formulas, icons, colours
    untranslated = {
        key
        for key, text in strings("ko").items()
        if not HANGUL.search(text) and re.search("[a-z]{3}", marks.sub("", text)) and text not in NAMES
    }
    assert {key for key in untranslated if strings("en")[key] != strings("ko")[key]} == set()
    assert {key for key in untranslated if " " in strings("ko")[key]} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_struck_through(language):
    """Markdown strikes out what stands between two tildes, as in "10~20% or 30~40%"."""
    marks = re.compile(r"\{[^{}]*\}|`[^`]*`|(?<=\s)~(?=\s)")  # placeholders, code, and tildes between spaces
    prose = {path.stem: path.read_text("utf-8") for path in (LOCALE / language).rglob("*.md")}
    texts = strings(language) | prose
    assert [key for key, text in texts.items() if marks.sub("", text).count("~") > 1] == []


def test_both_languages_have_the_same_prose():
    names = [
        {path.relative_to(LOCALE / language) for path in (LOCALE / language).rglob("*.md")} for language in LANGUAGES
    ]
    assert names[0] == names[1]


def test_bold_ends_before_a_bracket_that_a_particle_follows():
    """Markdown takes ``**학습(training)**은`` for no bold at all, since the end mark stands between ) and a letter."""
    texts = strings("ko") | {str(path): path.read_text("utf-8") for path in (LOCALE / "ko").rglob("*.md")}
    assert [name for name, text in texts.items() if re.search(r"[)”’'\"%]\u2060?\*+[가-힣a-z]", text)] == []


def test_no_line_of_a_korean_page_begins_with_a_particle_behind_a_sign():
    texts = strings("ko").values()
    assert any(particles.WORD_JOINER in text for text in texts)
    assert [text for text in texts if re.search(r"[)%’][*`]*[가-힣]", text)] == []
    with speaking("ko"):
        assert particles.WORD_JOINER in prose("learn/neuron")
    assert fill("{share}가, {name:은}", share="95%", name="ReLU (기본)") == "95%\u2060가, ReLU (기본)\u2060는"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_network_is_written_with_hyphens(language):
    dashed = re.compile(r"\d–\d+–\d")
    assert dashed.search("784–128–10")
    texts = strings(language) | {str(path): path.read_text("utf-8") for path in (LOCALE / language).rglob("*.md")}
    assert [name for name, text in texts.items() if dashed.search(text)] == []


@pytest.mark.parametrize(
    ("other", "ours"), [(r"\d에포크|\}에포크", "10 에포크"), (r"[\d}] %", "50%"), ("단추", "버튼")], ids=str
)
def test_korean_is_spelled_one_way(other, ours):
    texts = strings("ko") | {path.stem: path.read_text("utf-8") for path in (LOCALE / "ko").rglob("*.md")}
    assert not re.search(other, ours)
    assert [key for key, text in texts.items() if re.search(other, text)] == []


TWO_FORMS = re.compile(r"[가-힣]\([가는를와과을은]\)|\([으이]\)[가-힣]|이\(가\)")


def test_no_text_offers_two_particles_to_choose_from():
    once_here = ("7을(를) 그렸습니다", "7(으)로 읽었습니다", "7이(가) 됩니다", "7와(과) 3", "7(이)라고 읽었습니다")
    assert all(map(TWO_FORMS.search, once_here))
    texts = strings("ko") | {path.stem: path.read_text("utf-8") for path in (LOCALE / "ko").rglob("*.md")}
    assert [key for key, text in texts.items() if TWO_FORMS.search(text)] == []


def test_what_a_visitor_or_an_address_says_is_followed_by_the_particle_that_it_takes():
    """It stands between backticks, and nobody knows beforehand how it ends: ``en``은, ``ko``는."""
    fixed = re.compile(rf"}}`(?:{'|'.join(particles.FORMS)})(?![가-힣])")
    assert fixed.search("처음 것만 쓰고 `{value}`는 쓰지 않았습니다.")
    assert [key for key, text in strings("ko").items() if fixed.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_format_in_a_text_is_a_particle_and_only_korean_has_them(language):
    """Whatever else ``str.format`` can do is done where the value is known, so that a text is words alone.

    The explanations of the guided experiments are about measured numbers, and say themselves how exact they are; that
    is held by ``test_experiment_texts``.
    """
    known = {"", *particles.FORMS, *(f"~{form}" for form in particles.FORMS)} if language == "ko" else {""}
    hover = re.compile(r"%\{.*?\}")  # Plotly's own
    formats = {
        key: {form for _, name, form, _ in string.Formatter().parse(hover.sub("", text)) if name is not None}
        for key, text in strings(language).items()
        if not (key.startswith("experiments/") and key.endswith(("_holds", "_fails")))
    }
    assert {key: found - known for key, found in formats.items() if found - known} == {}


def test_a_text_is_filled_in_with_the_right_particles(monkeypatch):
    monkeypatch.setattr(
        "nnlab.ui.text.strings", lambda language: {"a.b": "**{read}**{read:~으로}, {meant:을} 그렸습니다"}
    )
    assert t("a.b", read=7, meant=4) == "**7**로, 4를 그렸습니다"
    assert fill("{read:이} {meant:이}", read=3, meant=2) == "3이 2가"


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "–"), (0.53, "0.5 s"), (42.4, "42 s"), (125, "2 min 5 s"), (59.7, "1 min 0 s")]
)
def test_durations(monkeypatch, seconds, text):
    monkeypatch.setattr("nnlab.ui.state.language", lambda: "en")
    assert duration(seconds) == text


def test_what_somebody_has_written_is_no_markup():
    assert unmarked("a *b* [c](d)") == r"a \*b\* \[c\]\(d\)"
    assert unmarked("784-8-10, ReLU 숫자") == "784-8-10, ReLU 숫자"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_below_the_network_takes_no_more_lines_while_somebody_draws(language):
    """Before the first stroke the one stands there, then the other; what is below would move down."""
    words = strings(language)
    assert len(words["living.strongest"]) <= len(words["living.heaviest"])


def test_no_text_says_paler_or_brighter_of_what_the_dark_theme_turns_round():
    """What is faint is pale on a light page and dark on a dark one."""
    said = [text for language in LANGUAGES for text in strings(language).values()]
    turned = re.compile(r"\b(pal|bright|light|dark)er\b|(옅|밝|어두|짙)(을|은 뉴런일)수록")
    assert [text for text in said if turned.search(text)] == []


def test_the_natural_logarithm_is_written_as_the_lesson_on_loss_writes_it():
    """At school log is that to the base of ten."""
    said = [text for language in LANGUAGES for text in strings(language).values()]
    assert [text for text in said if re.search(r"\blog p\b", text)] == []
