from __future__ import annotations

import pytest

from eks_ingress.routing.bands import BANDS, WIDTH, last_order


@pytest.mark.parametrize(("band", "order"), [(1, -991), (2, -981), (25, -751), (49, -511), (50, -501)])
def test_a_band_ends_at_an_order_of_its_own(band: int, order: int) -> None:
    assert last_order(band) == order


def test_bands_lie_one_behind_the_other_in_what_the_controller_takes() -> None:
    orders = [last_order(band) - place for band in range(1, BANDS + 1) for place in reversed(range(WIDTH))]
    assert orders == list(range(-1000, -500))


def test_the_load_balancer_itself_comes_after_all_bands() -> None:
    assert last_order(BANDS) < -500
