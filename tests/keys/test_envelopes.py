"""One encrypted document: known answers, and every way to tamper with it."""

import hmac
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from hypothesis import given
from hypothesis import strategies as st

from integrations.keys.envelope import HEAD_BYTES, Unreadable, decrypt, encrypt, rewrap
from tests.keys.rings import keys_of, master_key, ring_of

CASE, OTHER_CASE = UUID(int=1), UUID(int=2)
LETTER = b"%PDF-1.7 synthetic letter"
RING = ring_of(1)

#: Written once by version 0.1 and kept: head, nonce, ciphertext and tag.
FIRST_RELEASE = bytes.fromhex(
    "48434431307168624b0aee811580b694e2b3d7532de7a1dc65ae73a15ed6aa32d7bf09781b485422"
    "7161b58257be94991452f7fc6e6e6e6e6e6e6e6e6e6e6e6ed1b77358a9461b56cf1d00cb49ffbe7e"
    "08bc30c5fd7daeca213e5498e39e8c7d10a9d6993e17e2757f"
)


def hkdf(secret: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 in two lines, for the lengths that one block gives."""
    extracted = hmac.digest(bytes(32), secret, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")[:length]


class TestKnownAnswers:
    def test_the_key_wrap_is_that_of_rfc_3394(self) -> None:
        """Section 4.6: 256 bits of key data with a 256-bit key."""
        kek = bytes(range(32))
        data = bytes.fromhex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F")
        wrapped = bytes.fromhex(
            "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21"
        )
        assert aes_key_wrap(kek, data) == wrapped

    def test_each_use_of_a_master_key_has_the_key_that_rfc_5869_derives(self) -> None:
        key = master_key(1)
        assert key.id == hkdf(key.secret, b"hancha/key-id", 8)
        assert key.wrapping == hkdf(key.secret, b"hancha/wrap-data-keys", 32)
        sealed = key.sealing.encrypt(bytes(12), b"text", None)
        same = AESGCM(hkdf(key.secret, b"hancha/seal-numbers", 32))
        assert same.decrypt(bytes(12), sealed, None) == b"text"

    def test_a_document_can_be_opened_with_nothing_but_the_layout_and_the_secret(self) -> None:
        """What a restorer without Hancha would do, years later."""
        head, body = encrypt(LETTER, case_id=CASE, key=master_key(1))
        secret = bytes([1]) * 32
        assert (head[:4], head[4:12]) == (b"HCD1", hkdf(secret, b"hancha/key-id", 8))
        data_key = aes_key_unwrap(hkdf(secret, b"hancha/wrap-data-keys", 32), head[12:])
        bound = b"hancha/document/1/" + CASE.bytes
        assert AESGCM(data_key).decrypt(body[:12], body[12:], bound) == LETTER

    def test_a_document_of_the_first_release_can_still_be_opened(self) -> None:
        head, body = FIRST_RELEASE[:HEAD_BYTES], FIRST_RELEASE[HEAD_BYTES:]
        assert decrypt(head, body, case_id=CASE, find=RING.find) == LETTER


@given(content=st.binary(max_size=5_000))
def test_any_content_comes_back(content: bytes) -> None:
    head, body = encrypt(content, case_id=CASE, key=RING.current)
    assert decrypt(head, body, case_id=CASE, find=RING.find) == content


def test_the_same_content_never_looks_the_same() -> None:
    made = {encrypt(LETTER, case_id=CASE, key=RING.current) for _ in range(50)}
    assert len({head for head, _ in made}) == len({body for _, body in made}) == 50


def test_nothing_of_the_content_can_be_seen() -> None:
    head, body = encrypt(bytes(1_000), case_id=CASE, key=RING.current)
    assert bytes(16) not in head + body


WHOLE = b"".join(encrypt(LETTER, case_id=CASE, key=RING.current))
REGIONS = {
    "the name of the format": 0,
    "the id of the master key": 4,
    "the wrapped data key": 12,
    "its last byte": HEAD_BYTES - 1,
    "the nonce": HEAD_BYTES,
    "the ciphertext": HEAD_BYTES + 12,
    "the tag": len(WHOLE) - 1,
}


@pytest.mark.parametrize("at", REGIONS.values(), ids=REGIONS)
@pytest.mark.parametrize("bit", [0x01, 0x80])
def test_a_bit_that_was_turned_is_found(at: int, bit: int) -> None:
    changed = bytearray(WHOLE)
    changed[at] ^= bit
    with pytest.raises(Unreadable):
        decrypt(
            bytes(changed[:HEAD_BYTES]),
            bytes(changed[HEAD_BYTES:]),
            case_id=CASE,
            find=RING.find,
        )


@given(at=st.integers(0, len(WHOLE) - 1), new=st.integers(0, 255))
def test_any_byte_that_was_changed_is_found(at: int, new: int) -> None:
    changed = bytearray(WHOLE)
    changed[at] = new
    head, body = bytes(changed[:HEAD_BYTES]), bytes(changed[HEAD_BYTES:])
    if changed == WHOLE:
        assert decrypt(head, body, case_id=CASE, find=RING.find) == LETTER
    else:
        with pytest.raises(Unreadable):
            decrypt(head, body, case_id=CASE, find=RING.find)


@pytest.mark.parametrize("length", [0, 1, 4, 12, 51, 52, 60, 64, 70, len(WHOLE) - 1])
def test_a_document_that_lost_its_end_is_found(length: int) -> None:
    with pytest.raises(Unreadable):
        decrypt(WHOLE[:length][:HEAD_BYTES], WHOLE[HEAD_BYTES:length], case_id=CASE, find=RING.find)


def test_a_document_of_another_case_is_found() -> None:
    with pytest.raises(Unreadable, match="does not belong to this case"):
        decrypt(WHOLE[:HEAD_BYTES], WHOLE[HEAD_BYTES:], case_id=OTHER_CASE, find=RING.find)


def test_two_documents_with_swapped_heads_are_found() -> None:
    other = encrypt(b"another", case_id=CASE, key=RING.current)
    with pytest.raises(Unreadable):
        decrypt(other[0], WHOLE[HEAD_BYTES:], case_id=CASE, find=RING.find)


def test_a_document_of_other_keys_names_the_key_that_it_needs() -> None:
    words = f"needs the key {RING.current.id.hex()}, which the key ring does not hold"
    with pytest.raises(Unreadable, match=words):
        decrypt(WHOLE[:HEAD_BYTES], WHOLE[HEAD_BYTES:], case_id=CASE, find=keys_of(2).find)


def test_under_another_master_key_the_head_changes_and_the_body_is_the_same() -> None:
    both = ring_of(1, 2)
    new = rewrap(WHOLE[:HEAD_BYTES], key=both.current, find=both.find)
    assert new is not None
    assert new != WHOLE[:HEAD_BYTES]
    assert decrypt(new, WHOLE[HEAD_BYTES:], case_id=CASE, find=ring_of(2).find) == LETTER
    assert rewrap(new, key=both.current, find=both.find) is None
