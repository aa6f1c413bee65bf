"""The public procedures: found by words, one page each, the same for programs."""

from dataclasses import replace
from datetime import datetime, time
from secrets import token_hex

import pytest
from httpx import AsyncClient

from services.queue.views.procedures import plain
from shared.contracts.queue import Fee, OfficePlan, Opening, Procedure, Text
from tests.queue.forms import visit
from tests.queue.running import API, Office, Site, new_plan, of, problem_of

PAGE = "/queue/procedures"


def with_words(word: str, **changes: object) -> OfficePlan:
    """A plan whose first service says a word that nobody else's does."""
    plan = new_plan()
    procedure = Procedure(
        summary=Text("Perpanjangan SIM", "Renewal"),
        requirements=(Text(f"Pasfoto Écharpe {word}", f"Photo, red {word}"),),
        steps=(Text("Pembayaran", "Payment"), Text("Pencetakan", "Printing")),
        fees=(Fee(Text("SIM A", "Licence A"), 81_234),),
        validity=Text("5 tahun", "5 years"),
        source="PP 76/2020",
    )
    return replace(plan, services=(replace(plan.services[0], procedure=procedure, **changes), plan.services[1]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "compared"),
    [("PASFOTO", "pasfoto"), ("Écharpe", "echarpe"), ("KTP-el,  asli", "ktp el asli"), ("4×6", "4 6"), ("", "")],
)
def test_case_accents_and_marks_do_not_matter(written: str, compared: str) -> None:
    assert plain(written) == compared


@pytest.mark.parametrize(
    "query", ["pasfoto {}", "PHOTO {}", "echarpe {}", "{} 81234", "red {} payment", "perpanjangan {}"]
)
async def test_a_procedure_is_found_by_its_words_in_either_language(
    site: Site, citizen: AsyncClient, query: str
) -> None:
    word = f"kata{token_hex(5)}"
    office = await site.open_office(with_words(word))
    found = of(await citizen.get(f"{API}/procedures", params={"q": query.format(word)}), 200)
    assert [(one["office"], one["service"]) for one in found] == [(office.id, "sim")]
    page = await visit(citizen, f"{PAGE}?q={query.format(word)}", headers={"accept": "text/html"})
    assert f'href="{PAGE}/{office.id}/sim"' in page.html


async def test_every_word_must_stand_there(site: Site, citizen: AsyncClient) -> None:
    await site.open_office(with_words("satusatunya"))
    assert of(await citizen.get(f"{API}/procedures", params={"q": "satusatunya paspor"}), 200) == []


async def test_what_is_searched_for_is_shown_as_text(citizen: AsyncClient) -> None:
    page = await visit(citizen, f"{PAGE}?lang=en", params={"q": "<script>x</script>"})
    assert page.status == 200
    assert "<script>x" not in page.html
    assert 'value="&lt;script&gt;' in page.html
    problem_of(await citizen.get(f"{API}/procedures", params={"q": "x" * 201}), 422, "invalid")
    assert of(await citizen.get(f"{API}/procedures", params={"q": "\x00"}), 200) is not None


async def test_offices_that_ask_for_the_same_appear_once(site: Site, citizen: AsyncClient) -> None:
    plan = with_words("bersama")
    one, two = await site.open_office(plan), await site.open_office(plan)
    page = await visit(citizen, f"{PAGE}?q=bersama")
    cards = [a for tag, a in page.elements if tag == "li" and "card-link" in (a.get("class") or "")]
    assert len(cards) == 1
    found = of(await citizen.get(f"{API}/procedures", params={"q": "bersama"}), 200)
    assert {entry["office"] for entry in found} == {one.id, two.id}


async def test_a_page_says_everything_and_where_else_it_is_open(site: Site, citizen: AsyncClient) -> None:
    plan = with_words("lengkap")
    here = await site.open_office(plan)
    shut = replace(plan.services[0], hours=(), procedure=replace(plan.services[0].procedure, fees=()))
    there = await site.open_office(replace(plan, services=(shut, plan.services[1])))
    page = await visit(citizen, f"{PAGE}/{here.id}/sim?lang=en")
    assert page.status == 200
    for words in ("Photo, red lengkap", "Payment", "Rp81,234", "5 years", "PP 76/2020", "Version 1", "Open now"):
        assert words in page.text, words
    assert f'href="{PAGE}/{there.id}/sim"' in page.html
    assert "Something differs there" in page.text
    closed = await visit(citizen, f"{PAGE}/{there.id}/sim?lang=en")
    assert "Closed" in closed.text
    assert f'href="/queue/offices/{here.id}/services/sim"' in page.html


async def test_a_version_begins_with_the_change_and_not_with_another_plan(site: Site, citizen: AsyncClient) -> None:
    office = await site.open_office(with_words("versi"))
    address = f"{API}/procedures/{office.id}/sim"
    first = of(await citizen.get(address), 200)
    await office.configure(with_words("versi", quota=7))
    assert of(await citizen.get(address), 200) == first
    await office.configure(with_words("versi", name=Text("SIM lain", "Another")))
    third = of(await citizen.get(address), 200)
    assert (first["revision"], third["revision"]) == (1, 3)
    assert datetime.fromisoformat(third["since"]) > datetime.fromisoformat(first["since"])
    assert of(await citizen.get(f"{API}/procedures", params={"q": "another versi"}), 200)[0]["revision"] == 3


async def test_it_is_open_when_tickets_are_given_out(site: Site, citizen: AsyncClient) -> None:
    week = tuple(Opening(weekday, time(3), time(3, 1)) for weekday in range(7))  # it is around noon there
    office: Office = await site.open_office(with_words("tutup", hours=week))
    told = of(await citizen.get(f"{API}/procedures/{office.id}/sim"), 200)
    assert (told["open_now"], told["next_opening"] is None) == (False, False)


@pytest.mark.parametrize(("path", "slug"), [("nowhere/sim", "office-unknown"), ("{}/nothing", "service-unknown")])
async def test_what_is_not_there_is_not_found(office: Office, citizen: AsyncClient, path: str, slug: str) -> None:
    problem_of(await citizen.get(f"{API}/procedures/{path.format(office.id)}"), 404, slug)
    assert (await citizen.get(f"{PAGE}/{path.format(office.id)}", headers={"accept": "text/html"})).status_code == 404
