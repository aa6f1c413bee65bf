"""The map shows an operator's own tiles where there are some, and a grid where there are none."""

import io
import math
from pathlib import Path

from PIL import Image
from playwright.async_api import Locator, expect

from tests.chaos.programs import started
from tests.journeys.browser import People
from tests.journeys.reports_running import Office, Site
from tests.journeys.test_reports_citizen import Witness, enter

ZOOM = 14
AROUND = 4
"""More tiles to each side than any window shows."""
COLOUR = (184, 24, 132)
"""That nothing else on a page has."""


def tiles_around(folder: Path, latitude: float, longitude: float) -> None:
    """Tiles of one colour, of one zoom level, around a place."""
    side = 1 << ZOOM
    column = int((longitude + 180) / 360 * side)
    row = int((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * side)
    for x in range(column - AROUND, column + AROUND + 1):
        (folder / str(ZOOM) / str(x)).mkdir(parents=True)
        for y in range(row - AROUND, row + AROUND + 1):
            Image.new("RGB", (256, 256), COLOUR).save(folder / str(ZOOM) / str(x) / f"{y}.png")


async def opened(witness: Witness) -> Locator:
    """The map of a form."""
    await witness.button("Show on a map").click()
    shown = witness.page.locator("#where-map")
    await expect(shown.locator(".map-tile").first).to_be_visible()
    return shown


async def coloured(shown: Locator) -> float:
    """How much of the map has the tiles' colour, as somebody sees it."""
    seen = Image.open(io.BytesIO(await shown.screenshot())).convert("RGB")
    pixels = seen.get_flattened_data()
    return sum(pixel == COLOUR for pixel in pixels) / len(pixels)


async def test_an_operators_tiles_are_seen(witnesses: People, desk: Office, reports_site: Site, tmp_path: Path) -> None:
    tiles_around(tmp_path, desk.plan.latitude, desk.plan.longitude)
    api = reports_site.another_api(map_tiles=str(tmp_path), map_attribution="Peta: Kantor Uji")
    async with started(api):
        witness = await enter(witnesses, desk.form("lainnya"), base=api.address)
        shown = await opened(witness)
        picture = shown.locator("img.map-picture").first
        await expect(picture).to_be_visible()
        assert await picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 256
        assert await coloured(shown) > 0.5
        await expect(shown).to_contain_text("Peta: Kantor Uji")
        await shown.get_by_role("button", name=witness.says("Closer")).click()  # there is no tile of that level
        await expect(shown.locator("img.map-picture").first).to_be_visible()
        assert await coloured(shown) > 0.5
        await witness.button("The pin is right").click()
        await expect(witness.page.locator("[name=latitude]")).not_to_have_value("")


async def test_without_tiles_a_grid_is_seen(witnesses: People, desk: Office) -> None:
    witness = await enter(witnesses, desk.form("lainnya"))
    shown = await opened(witness)
    tile = shown.locator(".map-tile").first
    assert await tile.evaluate("(tile) => getComputedStyle(tile).borderTopWidth") == "1px"
    await expect(shown.locator("img")).to_have_count(0)
    await expect(shown.locator(".map-name").first).to_be_visible()  # the office's posts
    assert await coloured(shown) == 0
