"""Korean particles: which of two forms follows a word that is known only when the page is drawn.

Korean marks a word's part in the sentence by a particle behind it, and most particles have two forms: one after a final
consonant (``7을``), one after a vowel (``4를``). A text names either form in its placeholder, ``{digit:을}``, and the
right one is written. A tilde leaves the word out, where marks stand between the two: ``**{digit}**{digit:~로}``.

A particle belongs to its word, also on a narrow screen. Browsers begin a new line before one that follows a bracket, a
quotation mark or a sign such as "%", even where lines break between words alone: ``attached`` forbids it.
"""

from __future__ import annotations

import re
import string
import unicodedata
from typing import Any

PAIRS = (("을", "를"), ("이", "가"), ("은", "는"), ("과", "와"), ("으로", "로"), ("이라고", "라고"))
FORMS = {form: pair for pair in PAIRS for form in pair}  # both forms of a pair, by either

# The final sound of what is read aloud: "ㄹ" is an l, "ㅇ" stands for any other consonant, and a vowel is "".
DIGITS = {"0": "ㅇ", "1": "ㄹ", "2": "", "3": "ㅇ", "4": "", "5": "", "6": "ㅇ", "7": "ㄹ", "8": "ㄹ", "9": ""}
LETTERS = {"L": "ㄹ", "M": "ㅇ", "N": "ㅇ", "R": "ㄹ"}  # 엘, 엠, 엔, 알; the names of all others end in a vowel
FIRST_SYLLABLE, FINALS, RIEUL = ord("가"), 28, 8  # Unicode counts the 28 finals in each syllable; the 8th is ㄹ


def particle(word: object, form: str) -> str:
    """The form of a particle that follows a word, such as "를" for ``particle("4", "을")``.

    "으로" becomes "로" after a vowel and after an l; all others look at vowels alone. A bracket at the word's end is
    not read aloud. Latin words follow a rule of thumb: the name of a capital at the end, else the last letters' sound.

    Raises:
        KeyError: if ``form`` is no particle of ``PAIRS``.
    """
    after_consonant, after_vowel = FORMS[form]
    final = final_sound(str(word))
    return after_vowel if not final or (final == "ㄹ" and after_vowel == "로") else after_consonant


def final_sound(word: str) -> str:
    """The final consonant of a word as it is read aloud: "" for none, "ㄹ", or "ㅇ" for any other."""
    read = re.sub(r"\W+$", "", re.sub(r"\s*\([^()]*\)\W*$", "", word).replace("%", "퍼센트"))
    last = unicodedata.normalize("NFKC", read[-1:])  # a superscript is read as the digit it is
    if last in DIGITS:
        return DIGITS[last]
    if "가" <= last <= "힣":
        final = (ord(last) - FIRST_SYLLABLE) % FINALS
        return "ㄹ" if final == RIEUL else "ㅇ" if final else ""
    if last.isupper() or re.search(r"(?<![A-Za-z])[a-z]$", read):
        return LETTERS.get(last.upper(), "")
    ending = re.search(r"[aeiouy](?:(l+)|m|n|ng|[bckp])$", read)  # model, Adam, RMSprop
    return "" if ending is None else "ㄹ" if ending[1] else "ㅇ"


WORD_JOINER = "\u2060"  # no line begins after it; it is not seen
_SIGN = r"[)\]%’”′²…×]"
AFTER_A_PRIME = re.compile(r"(?<=′)(?=\()")
AFTER_A_SIGN = re.compile(rf"((?<={_SIGN})|(?<={_SIGN}`))(?=\**[가-힣])")  # within bold type, not within code


def attached(text: str) -> str:
    """The same, so that no line begins between a sign and the syllables behind it: "(ReLU)는", "95%를".

    Nor within f′(x), in any language, but in sentences alone: the name of a column stands in files too.
    """
    joined = AFTER_A_SIGN.sub(WORD_JOINER, text)
    return AFTER_A_PRIME.sub(WORD_JOINER, joined) if joined.rstrip().endswith(".") else joined


class Sentence(string.Formatter):
    """``str.format`` that also understands a particle as the format of a placeholder."""

    def format_field(self, value: Any, form: str) -> str:
        if form.removeprefix("~") not in FORMS:
            return str(super().format_field(value, form))
        word = "" if form.startswith("~") else str(value)
        return word + particle(value, form.removeprefix("~"))
