"""Boxes in which identities are kept: only a key opens them, and nothing shows through."""

import base64
import traceback

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey, SealedBox
from pydantic import SecretStr, TypeAdapter, ValidationError

from services.reports.identity.identity import STEP_BYTES, Identities, Identity, Unreadable, new_key
from shared.contracts.reports.base import Sealed

OLD, NEW, OTHER = ("b2xk" * 10 + "b2w=", "bmV3" * 10 + "bmU=", "b3Ro" * 10 + "b3Q=")
SEALED = TypeAdapter(Sealed)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
phones = st.from_regex(r"\A\+[1-9][0-9]{6,14}\Z")
identities = st.builds(Identity, name=texts, phone=st.none() | phones, email=texts)
ids = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_~-]{15,63}\Z")


@settings(max_examples=200)
@given(identities, ids)
@example(Identity(name="\x01" * 120, phone="+123456789012345", email="\x01" * 254), "a" * 16)
@example(Identity(name="👮" * 120, email="é" * 254), "a" * 16)
def test_what_was_sealed_is_opened_and_fits_its_message(identity: Identity, id: str) -> None:
    keys = Identities([OLD])
    sealed = keys.seal(identity, id=id)
    if identity.is_empty:
        assert sealed is None
        return
    assert sealed is not None
    SEALED.validate_python({"key": sealed.key, "box": sealed.box})
    assert keys.open(sealed) == identity
    told = base64.b64decode(sealed.box)
    assert (len(told) - 48) % STEP_BYTES == 0
    for part in (identity.name, identity.phone or "", identity.email):
        if len(part.encode()) > 3:
            assert part.encode() not in told
            assert part not in sealed.box


@settings(max_examples=100)
@given(identities.filter(lambda i: not i.is_empty), ids, st.data())
def test_a_box_of_which_a_bit_was_changed_is_not_opened(identity: Identity, id: str, data: st.DataObject) -> None:
    keys = Identities([OLD])
    sealed = keys.seal(identity, id=id)
    assert sealed is not None
    told = bytearray(base64.b64decode(sealed.box))
    bit = data.draw(st.integers(0, len(told) * 8 - 1).filter(lambda bit: bit != 255))
    told[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Unreadable):
        keys.open(Sealed(sealed.key, base64.b64encode(bytes(told)).decode()))


@given(st.text(max_size=400))
def test_what_is_no_box_is_not_opened(text: str) -> None:
    keys = Identities([OLD])
    with pytest.raises(Unreadable):
        keys.open(Sealed(keys.key_name, text))


WHO = Identity(name="Sari Kenari", phone="+6281234567890", email="sari@kenari.id")
ID = "0123456789abcdef"


def test_nobody_without_the_key_opens_it() -> None:
    sealed = Identities([OLD]).seal(WHO, id=ID)
    assert sealed is not None
    with pytest.raises(Unreadable):
        Identities([OTHER]).open(sealed)
    with pytest.raises(Unreadable):
        Identities([OTHER]).open(Sealed(Identities([OTHER]).key_name, sealed.box))


def test_keys_are_renewed_while_old_boxes_stay_readable() -> None:
    before, during, after = Identities([OLD]), Identities([NEW, OLD]), Identities([NEW])
    old, new = before.seal(WHO, id=ID), during.seal(WHO, id=ID)
    assert old is not None
    assert new is not None
    assert during.open(old) == during.open(new) == after.open(new) == WHO
    assert new.key == after.key_name != old.key
    assert during.contact(WHO) == before.contact(WHO)
    assert after.contact(WHO) != before.contact(WHO)


def test_the_same_command_gives_the_same_box_and_any_other_another() -> None:
    keys = Identities([OLD])
    boxes = {
        sealed.box
        for sealed in (
            keys.seal(WHO, id=ID),
            keys.seal(WHO, id=ID),
            keys.seal(WHO, id=ID + "0"),
            keys.seal(WHO.model_copy(update={"name": "Sari Kenarj"}), id=ID),
            Identities([OTHER]).seal(WHO, id=ID),
        )
        if sealed
    }
    assert len(boxes) == 4
    assert len({box[:43] for box in boxes}) == 4, "a key pair of its own each"


def test_most_people_s_boxes_are_of_one_length() -> None:
    keys = Identities([OLD])
    some = (Identity(name="X"), WHO, Identity(name="N" * 120, phone="+123456789012345", email="e" * 254))
    assert len({len(sealed.box) for who in some if (sealed := keys.seal(who, id=ID))}) == 1


def test_a_contact_is_known_by_number_first_and_however_its_address_is_written() -> None:
    keys = Identities([OLD])
    assert keys.contact(WHO) == keys.contact(Identity(phone=WHO.phone))
    assert keys.contact(Identity(email="Sari@Kenari.ID ")) == keys.contact(Identity(email="sari@kenari.id"))
    assert keys.contact(Identity(name="Sari")) is None
    assert keys.contact(WHO) != Identities([OTHER]).contact(WHO)


def test_neither_a_repr_nor_an_error_tells_who_it_is() -> None:
    plain = b'{"name": "Sari Kenari", "phone": "81234567890"}'
    keys = Identities([OLD])
    box = SealedBox(PrivateKey(base64.b64decode(OLD)).public_key).encrypt(plain)
    with pytest.raises(Unreadable) as unreadable:
        keys.open(Sealed(keys.key_name, base64.b64encode(box).decode()))
    with pytest.raises(ValidationError) as invalid:
        Identity(name="Sari Kenari" * 20, phone="Sari Kenari")
    told = [repr(WHO), str(WHO), repr([WHO])]
    told += traceback.format_exception_only(unreadable.value)
    assert unreadable.value.__suppress_context__, "what pydantic says of it may quote it"
    told.append(str(invalid.value))
    assert not [text for text in told if "Kenari" in text or "81234567890" in text]


def test_keys_that_are_none_are_refused_without_being_told() -> None:
    for wrong in ("", "short", "#" * 44, base64.b64encode(b"x" * 31).decode()):
        with pytest.raises(ValueError, match="KENTONGAN_IDENTITY_KEYS") as refused:
            Identities.of(SecretStr(wrong))
        assert not wrong or wrong not in str(refused.value)
    assert Identities.of(SecretStr(f" {NEW} , {OLD},")).key_name == Identities([NEW]).key_name
    assert len(base64.b64decode(new_key())) == 32
