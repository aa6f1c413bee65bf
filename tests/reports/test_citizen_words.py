"""What is said before a report is sent: emergencies, nearest posts, kinds by words; and where map tiles come from."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from services.reports.demo import demo_office
from services.reports.domain.emergency import is_emergency, nearest_post
from services.reports.domain.errors import IncidentUnknown
from services.reports.domain.office import Office, check
from services.reports.entrypoints.citizen.pages import fits
from services.reports.maps import Tiles
from services.reports.offers import LASTS, Offers
from services.reports.views.nearby import middle, related
from shared.contracts.reports.base import Place
from tests.reports.scene import NOW

PLAN = demo_office().plan
KINDS = {category.id: category for category in PLAN.categories}


def test_the_demo_is_a_desk_that_can_work() -> None:
    check(PLAN)
    assert len(PLAN.categories) >= 14
    assert PLAN.levels[0].arrive_minutes == 10
    assert KINDS["kdrt"].sensitive
    assert not KINDS["kdrt"].public


@pytest.mark.parametrize(
    ("words", "urgent"),
    [
        ("Pelakunya bawa PARANG!", True),
        ("parangnya panjang", True),
        ("rumah   terbakar", True),
        ("someone is bleeding", True),
        ("tolong ditindak, musik keras", False),
        ("perparangan", False),
        ("", False),
    ],
)
def test_emergency_words_are_whole_words_however_they_are_written(words: str, urgent: bool) -> None:
    assert is_emergency(PLAN, KINDS["kebisingan"], words) is urgent


def test_an_office_without_words_or_posts_has_none_to_show() -> None:
    bare = replace(PLAN, emergency_words=(), posts=())
    assert not is_emergency(bare, KINDS["kebisingan"], "kebakaran")
    assert is_emergency(bare, KINDS["kebakaran"], "")
    assert nearest_post(bare, Place(-0.9, 119.87)) is None


def test_the_nearest_post_is_the_nearest() -> None:
    near = nearest_post(PLAN, Place(-0.9187, 119.9090))
    assert near
    assert near.post.id == "bandara"
    assert near.metres is not None
    assert near.metres < 100
    nowhere = nearest_post(PLAN, Place(words="depan pasar"))
    assert nowhere
    assert nowhere.metres is None


@pytest.mark.parametrize(
    ("wish", "kind"), [("motor hilang", "curanmor"), ("kebisingan", "kebisingan"), ("loud music", "kebisingan")]
)
def test_a_kind_is_found_by_its_words(wish: str, kind: str) -> None:
    assert kind in [category.id for category in PLAN.categories if fits(category, wish)]


def test_only_kinds_that_anybody_may_see_are_related() -> None:
    office = Office(PLAN.id, PLAN)
    assert related(office, "pencurian") == {"pencurian", "curanmor"}
    assert related(office, "kdrt") == ()


def test_all_of_a_square_has_one_middle() -> None:
    assert [middle(degrees) for degrees in (-0.8949, -0.8925, -0.8901)] == pytest.approx([-0.8925] * 3)


def test_an_offer_is_read_by_nobody_else_and_not_for_long() -> None:
    offers = Offers(b"k" * 32)
    offer = offers.offer("incident-1", NOW)
    assert "incident" not in offer
    assert offers.read(offer, NOW + LASTS) == "incident-1"
    for wrong, at in ((offer, NOW + LASTS + timedelta(seconds=2)), (offer[:-4] + "AAAA", NOW), ("", NOW), ("é", NOW)):
        with pytest.raises(IncidentUnknown):
            offers.read(wrong, at)
    with pytest.raises(IncidentUnknown):
        Offers(b"j" * 32).read(offer, NOW)


def test_tiles_are_those_of_the_folder_and_nothing_else(tmp_path: Path) -> None:
    tile = tmp_path / "14" / "13647" / "8232.png"
    tile.parent.mkdir(parents=True)
    tile.write_bytes(b"png")
    tiles = Tiles.of(str(tmp_path), "© OpenStreetMap")
    assert (tiles.zoom_from, tiles.zoom_to) == (14, 14)
    assert tiles.path(14, 13647, 8232) == tile
    for elsewhere in ((14, 13647, 8233), (15, 0, 0), (-1, 0, 0), (14, 1 << 14, 0), (99, 0, 0)):
        assert tiles.path(*elsewhere) is None
    assert Tiles.of("", "").address == ""
    for wrong in (tmp_path / "nothing", tile.parent):
        with pytest.raises(ValueError, match="KENTONGAN_MAP_TILES"):
            Tiles.of(str(wrong), "")
