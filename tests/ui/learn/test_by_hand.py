"""The lesson on calculating by hand, as a student uses it."""

import pytest

from nnlab.ui.learn.exercises import PUBLISHED, exercise_of, friendly
from nnlab.ui.learn.rounding import half_up
from nnlab.ui.text import strings

EN = strings("en")
STEPS = 13


@pytest.fixture
def lesson(open_page, monkeypatch):
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)
    return lambda language="en": open_page("learn", language, lesson="by_hand")


def press(page, name: str):
    return page.button(key=f"learn.hand_{name}").click().run()


def blank(page, name: str):
    return page.text_input(key=f"learn.hand_answer_{name}")


def formulas(page) -> str:
    return "\n".join(element.value for element in page.latex)


def words(page) -> str:
    return "\n".join(element.value for element in page.markdown)


def values_of_the_first() -> dict[str, float]:
    return exercise_of("2-2-2", "relu", "softmax", friendly("2-2-2", 0)).values


def go_to(page, step: int):
    return page.selectbox(key="learn.hand_step").set_value(step).run()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_walking_forwards_and_backwards_through_every_step(lesson, language):
    page = lesson(language)
    assert page.button(key="learn.hand_back").disabled
    seen = [formulas(page)]
    for _ in range(STEPS - 1):
        press(page, "forward")
        assert not page.exception
        seen.append(formulas(page))
    assert page.button(key="learn.hand_forward").disabled
    assert len(set(seen)) == STEPS
    for expected in reversed(seen[:-1]):
        press(page, "back")
        assert formulas(page) == expected


def test_a_right_answer_is_counted_and_shown_in_the_formula(lesson):
    page, z2 = lesson(), values_of_the_first()["z2"]
    assert r"\boxed" in formulas(page)
    blank(page, "z2").set_value(f"{z2:.3f}".replace(".", ",")).run()
    assert r"\boxed" not in formulas(page)
    assert rf"\mathbf{{{half_up(z2, 3):.3f}}}" in formulas(page)
    assert EN["by_hand.right"] in words(page)
    assert EN["by_hand.count"].format(right=1, count=14) in words(page)
    press(page, "forward")
    press(page, "back")
    assert blank(page, "z2").value == f"{z2:.3f}".replace(".", ",")


def test_a_wrong_answer_gets_a_hint_and_can_be_mended(lesson):
    page = lesson()
    values = values_of_the_first()
    blank(page, "z2").set_value(f"{values['z2'] - values['b2']:.3f}").run()
    assert page.warning[0].value == EN["by_hand.hint_forgot_bias"]
    assert EN["by_hand.count"].format(right=0, count=14) in words(page)
    blank(page, "z2").set_value(f"{values['z2']:.3f}").run()
    assert not page.warning
    blank(page, "z2").set_value("one").run()
    assert page.warning[0].value == EN["by_hand.hint_unreadable"]
    assert EN["by_hand.count"].format(right=0, count=14) in words(page)
    blank(page, "z2").set_value("").run()
    assert not page.warning


def test_show_me_fills_in_the_step_and_does_not_count(lesson):
    page = lesson()
    press(page, "show")
    assert r"\boxed" not in formulas(page)
    assert blank(page, "z2").disabled
    assert page.button(key="learn.hand_show").label == EN["by_hand.forward"]
    said = words(page)
    assert "z ?" not in said
    assert EN["by_hand.count"].format(right=0, count=14) in said
    assert EN["by_hand.count_shown"].format(shown=1) in said


def test_below_the_blanks_one_button_shows_what_is_missing_and_then_goes_on(lesson):
    page = lesson()
    assert page.button(key="learn.hand_show").label == EN["by_hand.show"]
    blank(page, "z2").set_value(f"{values_of_the_first()['z2']:.3f}").run()
    assert page.button(key="learn.hand_show").label == EN["by_hand.forward"]
    press(page, "show")
    assert page.selectbox(key="learn.hand_step").value == 1
    go_to(page, STEPS - 1)
    press(page, "show")
    assert page.button(key="learn.hand_show").disabled  # there is nothing after the last step


def test_the_picture_does_not_give_the_blank_away(lesson):
    page = lesson()
    answer = f"z {values_of_the_first()['z2']:.3f}"
    assert "z ?" in words(page)
    assert answer not in words(page)
    press(page, "forward")  # where it stands in the formula
    assert answer in words(page)


def test_filling_in_everything(lesson):
    page, values = lesson(), values_of_the_first()
    page.segmented_control(key="learn.hand_blanks").set_value("all").run()
    filled = 0
    for step in range(STEPS):
        go_to(page, step)
        for name in [field.key.rpartition("_answer_")[2] for field in page.text_input if "_answer_" in field.key]:
            blank(page, name).set_value(f"{half_up(values[name], 3):.3f}").run()
            assert not page.warning, name
            filled += 1
    assert filled == 42
    assert EN["by_hand.all_right"].format(count=42) in words(page)
    said = EN["by_hand.loss_falls"].format(before=f"{values['L']:.3f}", after=f"{values['L+']:.3f}")
    assert page.success[0].value == said


def test_the_verdict_waits_for_the_last_blank(lesson):
    page = lesson()
    go_to(page, STEPS - 1)
    assert not page.success
    press(page, "show")
    assert page.success


def test_without_blanks_it_can_be_read(lesson):
    page = lesson()
    page.segmented_control(key="learn.hand_blanks").set_value("none").run()
    assert not page.text_input
    go_to(page, STEPS - 1)
    assert page.success
    assert f"{values_of_the_first()['L+']:.3f}" in formulas(page)


def change(page, name: str, text: str, shape: str = "2-2-2"):
    return page.text_input(key=f"learn.hand_{shape}_{name}.typed").set_value(text).run()


def test_changed_numbers_are_calculated_with_and_empty_the_blanks(lesson):
    page = lesson()
    blank(page, "z2").set_value(f"{values_of_the_first()['z2']:.3f}").run()
    page.toggle(key="learn.hand_change").set_value(True).run()
    change(page, "x1", "1,2")
    assert r"\cdot 1.2 +" in formulas(page)
    assert blank(page, "z2").value == ""
    change(page, "x1", "0.12345")
    assert r"\cdot 0.123 +" in formulas(page)
    change(page, "x1", "7")
    assert r"\cdot 0.123 +" in formulas(page)  # not taken: -3 to 3


def test_a_learning_rate_that_is_too_large_raises_the_loss_and_the_lesson_says_so(lesson):
    page = lesson()
    page.segmented_control(key="learn.hand_blanks").set_value("none").run()
    page.segmented_control(key="learn.hand_shape").set_value("3-2-1").run()
    page.toggle(key="learn.hand_change").set_value(True).run()
    change(page, "eta", "5", "3-2-1")
    go_to(page, STEPS - 1)
    numbers = friendly("3-2-1", 0) | {"eta": 5.0}
    exercise = exercise_of("3-2-1", "relu", "identity", numbers)
    shorter = exercise.with_falling_loss()
    assert exercise.values["L+"] > exercise.values["L"]
    said = page.warning[0].value
    assert f"{exercise.values['L']:.3f}" in said
    assert f"{half_up(exercise.values['L+'], 3):.3f}" in said
    assert said.endswith(
        EN["by_hand.loss_would_fall"].format(rate=f"{shorter.learning_rate:.2g}", after=f"{shorter.values['L+']:.3f}")
    )


def test_silent_neurons_and_a_loss_that_stays(lesson):
    page = lesson()
    page.segmented_control(key="learn.hand_blanks").set_value("none").run()
    page.segmented_control(key="learn.hand_shape").set_value("3-2-1").run()
    page.toggle(key="learn.hand_change").set_value(True).run()
    values = exercise_of("3-2-1", "relu", "identity", friendly("3-2-1", 0)).values
    change(page, "y1", f"{values['o1']:.3f}", "3-2-1")  # nothing is wrong any more
    go_to(page, STEPS - 1)
    assert page.info[0].value == EN["by_hand.loss_stays"].format(after="0.000")


def test_the_other_class_is_the_right_one(lesson):
    page = lesson()
    page.toggle(key="learn.hand_change").set_value(True).run()
    page.segmented_control(key="learn.hand_class").set_value(2).run()
    go_to(page, 4)
    assert r"-\ln(p_{2})" in formulas(page)


def test_new_numbers_begin_at_the_first_step(lesson):
    page = lesson()
    first = formulas(page)
    go_to(page, 5)
    press(page, "new")
    assert page.selectbox(key="learn.hand_step").value == 0
    assert formulas(page) != first
    assert f"{friendly('2-2-2', 1)['w11']:g}" in formulas(page)


@pytest.mark.parametrize("shape", PUBLISHED)
def test_the_published_example_and_its_source(lesson, shape):
    page = lesson()
    page.segmented_control(key="learn.hand_shape").set_value(shape).run()
    press(page, "published")
    page.segmented_control(key="learn.hand_blanks").set_value("none").run()
    page.segmented_control(key="learn.hand_decimals").set_value(4).run()
    go_to(page, 3)
    expected = exercise_of(shape, "sigmoid", "sigmoid", PUBLISHED[shape].numbers).values["o1"]
    assert rf"\mathbf{{{expected:.4f}}}" in formulas(page)
    assert page.segmented_control(key="learn.hand_activation").value == "sigmoid"
    captions = [caption.value for caption in page.caption]
    assert sum(PUBLISHED[shape].address in caption for caption in captions) == 2
    assert any(EN["by_hand.biases_move"] in caption for caption in captions) == (shape == "2-2-2")


def test_with_other_decimals_answers_stay_and_are_marked_anew(lesson):
    page = lesson()
    go_to(page, 4)
    page.segmented_control(key="learn.hand_decimals").set_value(2).run()
    assert f"{half_up(values_of_the_first()['L'], 3):.3f}" != "1.280"
    blank(page, "L").set_value("1.28").run()
    assert EN["by_hand.right"] in words(page)
    page.segmented_control(key="learn.hand_decimals").set_value(3).run()
    assert blank(page, "L").value == "1.28"
    assert EN["by_hand.right"] not in words(page)
    assert EN["by_hand.hint_too_few"].split("{")[0] in page.warning[0].value
    page.segmented_control(key="learn.hand_decimals").set_value(2).run()
    assert EN["by_hand.right"] in words(page)


def test_a_target_outside_a_sigmoid_is_moved_into_its_range(lesson):
    page = lesson()
    page.segmented_control(key="learn.hand_shape").set_value("3-2-1").run()
    page.toggle(key="learn.hand_change").set_value(True).run()
    change(page, "y1", "-2", "3-2-1")
    page.segmented_control(key="learn.hand_output_3-2-1").set_value("sigmoid").run()
    assert not page.exception
    assert "y₁ = 0" in words(page)
