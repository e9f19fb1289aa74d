"""Which form of a Korean particle follows a word: by how the word is read aloud."""

import pytest

from nnlab.ui.particles import Sentence, attached, particle


@pytest.mark.parametrize(
    ("word", "followed"),
    [
        ("0", "0을 0이 0은 0과 0으로 0이라고"),  # 영
        ("1", "1을 1이 1은 1과 1로 1이라고"),  # 일: "로" after an l
        ("2", "2를 2가 2는 2와 2로 2라고"),
        ("3", "3을 3이 3은 3과 3으로 3이라고"),  # 삼
        ("4", "4를 4가 4는 4와 4로 4라고"),
        ("5", "5를 5가 5는 5와 5로 5라고"),
        ("6", "6을 6이 6은 6과 6으로 6이라고"),  # 육
        ("7", "7을 7이 7은 7과 7로 7이라고"),  # 칠
        ("8", "8을 8이 8은 8과 8로 8이라고"),  # 팔
        ("9", "9를 9가 9는 9와 9로 9라고"),
        ("서연", "서연을 서연이 서연은 서연과 서연으로 서연이라고"),
        ("지우", "지우를 지우가 지우는 지우와 지우로 지우라고"),
        ("한별", "한별을 한별이 한별은 한별과 한별로 한별이라고"),
    ],
)
def test_every_particle_after_a_word(word, followed):
    forms = ("을", "이", "은", "과", "으로", "이라고")
    assert " ".join(word + particle(word, form) for form in forms) == followed
    others = ("를", "가", "는", "와", "로", "라고")
    assert " ".join(word + particle(word, form) for form in others) == followed, "either form names the pair"


@pytest.mark.parametrize(
    ("word", "by", "to"),
    [
        ("10", "을", "으로"),  # 십
        ("1,000", "을", "으로"),  # 천
        ("0.5", "를", "로"),  # a decimal is read digit by digit: 영 점 오
        ("−1.28", "을", "로"),
        ("2.50", "을", "으로"),
        ("10⁻³", "을", "으로"),  # a superscript is read as well: 마이너스 삼
        ("97.8%", "를", "로"),  # 퍼센트
        ("7에포크", "를", "로"),
        ("MNIST", "를", "로"),  # 엠니스트
        ("ReLU", "를", "로"),
        ("SGD", "를", "로"),
        ("URL", "을", "로"),  # 유알엘
        ("RAM", "을", "으로"),
        ("x", "를", "로"),  # 엑스
        ("n", "을", "으로"),  # 엔
        ("Adam", "을", "으로"),  # 아담
        ("RMSprop", "을", "으로"),
        ("AdamW", "를", "로"),
        ("model", "을", "로"),  # 모델
        ("tanh", "를", "로"),
        ("내 숫자 20개 (MNIST)", "를", "로"),  # a bracket is not read
        ("**3**", "을", "으로"),  # nor are marks
        ("", "를", "로"),
    ],
)
def test_a_number_or_a_word_is_read_aloud(word, by, to):
    assert (particle(word, "을"), particle(word, "로")) == (by, to)


def test_what_is_no_particle_is_refused():
    with pytest.raises(KeyError, match="도"):
        particle("7", "도")


def test_a_sentence_keeps_all_other_formats():
    assert Sentence().format("{0:.2f}, {share:.1%}, {word:>4}", 1.5, share=0.25, word="a") == "1.50, 25.0%,    a"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("(ReLU)는", "(ReLU)|는"),
        ("95%를 읽고 [0, 1]에서", "95%|를 읽고 [0, 1]|에서"),
        ("‘그려 보기’에서 “7”이라고", "‘그려 보기’|에서 “7”|이라고"),
        ("**(ReLU)**는 `f(z)`의 f′은", "**(ReLU)|**는 `f(z)`|의 f′|은"),
        ("값(z), 95% 이상 (b) 그리고 95%", "값(z), 95% 이상 (b) 그리고 95%"),
        ("ReLU는 7을 (two) words", "ReLU는 7을 (two) words"),
        ("f′(x)입니다, the slope f′ (at x).", "f′|(x)|입니다, the slope f′ (at x)."),
        ("f′(x), its slope", "f′(x), its slope"),
    ],
)
def test_no_line_may_begin_between_a_sign_and_a_particle(text, kept):
    assert attached(text) == kept.replace("|", "\u2060")
    assert attached(attached(text)) == attached(text)
