from __future__ import annotations

import pytest

from eks_ingress.refusal import Problem, Refusals, Refused
from eks_ingress.source import Source

HERE = Source("Shop/Ingress/Public", "shop/stack.py", 41)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("It is wrong.", "Write it right."), "It is wrong.\n    Write it right."),
        (
            Problem("It is wrong.", "Write it right.", HERE),
            "error  Shop/Ingress/Public  (shop/stack.py:41)\n    It is wrong.\n    Write it right.",
        ),
        (
            Problem("It is wrong.", "Write it right.", HERE, "EKI201"),
            "EKI201 error  Shop/Ingress/Public  (shop/stack.py:41)\n    It is wrong.\n    Write it right.",
        ),
    ],
)
def test_a_problem_says_where_what_and_what_to_do(problem: Problem, text: str) -> None:
    assert str(problem) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (Source(), "(unknown place)"),
        (Source("Shop/Public"), "Shop/Public"),
        (Source(file="shop.yaml"), "shop.yaml"),
        (Source(file="shop.yaml", line=3), "shop.yaml:3"),
        (Source("Shop/Public", "shop.py", 3), "Shop/Public  (shop.py:3)"),
        (Source("Shop/Public", "shop.py"), "Shop/Public  (shop.py)"),
    ],
)
def test_a_place_is_written_as_far_as_it_is_known(source: Source, text: str) -> None:
    assert str(source) == text


def test_what_is_refused_says_all_of_its_problems() -> None:
    refused = Refused([Problem("One.", "First."), Problem("Two.", "Second.")])
    assert str(refused) == "One.\n    First.\nTwo.\n    Second."


def test_what_is_refused_keeps_its_problems() -> None:
    problems = [Problem("One.", "First."), Problem("Two.", "Second.")]
    assert Refused(iter(problems)).problems == tuple(problems)


def test_what_is_refused_can_be_caught_as_a_value_error() -> None:
    assert isinstance(Refused([]), ValueError)


def test_what_is_right_is_not_refused() -> None:
    refusals = Refusals()
    refusals.require(True, "port", 80, "is out of range", "Write a port from 1 to 65535.")
    refusals.settle()


def test_all_that_is_wrong_is_refused_at_once() -> None:
    refusals = Refusals(HERE)
    refusals.require(False, "port", 0, "is out of range", "Write a port from 1 to 65535.")
    refusals.require(False, "name", "A b", "is no name", "Write 'a-b'.")
    with pytest.raises(Refused) as refused:
        refusals.settle()
    assert refused.value.problems == (
        Problem("port 0 is out of range.", "Write a port from 1 to 65535.", HERE),
        Problem("name 'A b' is no name.", "Write 'a-b'.", HERE),
    )


def test_what_a_value_refuses_is_gathered_with_the_place_where_it_was_written() -> None:
    refusals = Refusals(HERE)
    with refusals.gather():
        raise Refused([Problem("One.", "First."), Problem("Two.", "Second.")])
    assert refusals.problems == [Problem("One.", "First.", HERE), Problem("Two.", "Second.", HERE)]


def test_another_exception_is_not_gathered() -> None:
    refusals = Refusals()
    with pytest.raises(KeyError), refusals.gather():
        raise KeyError("name")
