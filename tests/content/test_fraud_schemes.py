"""Schemes of several parts: what must be there, what sums are read, and that parts of different ones never add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.content.analysis import Analysis
from comity.content.categories.fraud import judge
from comity.content.cues import tables
from comity.content.fraud_schemes import begins_with, may_be_met, sums_of, weighed, worst_scheme

FILES = ("fraud", "fraud_id")
HELD = 0.75
SUMS = [
    ("pay 740 today", {"sum", "large"}),
    ("pay 1,460 today", {"sum", "large"}),
    ("put in 200 and get 2,000", {"sum", "large", "sums"}),
    ("5k in your hand", {"sum", "large"}),
    ("2.5 million for you", {"fortune"}),
    ("you won 850,000", {"sum", "large", "fortune"}),
    ("150 usd/day", {"sum", "large", "by_day"}),
    ("500 or everybody sees it", {"sum", "large", "or_else"}),
    ("at 8 pm with 20 people", set()),
    ("call 0800 555 0142", set()),
    ("on 12/05/2025 at 10:30", set()),
]


@pytest.mark.parametrize(("text", "found"), SUMS)
def test_sums_are_read_by_their_length_alone(text, found):
    assert set(sums_of(Analysis(text).searched)) == found


def test_every_scheme_can_begin_and_every_word_of_it_is_weighed():
    listed = [scheme for file in FILES for scheme in tables(file)["schemes"].items()]
    schemes = {name: one for name, one in listed if name != "against"}
    assert len(schemes) == len(listed) - 1
    shapes = tables("fraud")["shapes"].keys()
    for one in schemes.values():
        assert not begins_with().isdisjoint(set().union(*one["needs"]))
        assert weighed() >= set(one["weights"])
        assert any(set(group).isdisjoint(shapes) for group in one["needs"])


def test_a_scheme_that_lacks_a_part_is_none():
    whole = {"f_card": (0, 1), "f_get": (1, 2), "f_superior": (2, 3), "f_reveals": (3, 4), "f_busy": (4, 5)}
    met = worst_scheme(whole)
    assert met is not None
    assert met.scheme.kind == "gift cards"
    assert worst_scheme({name: place for name, place in whole.items() if name != "f_card"}) is None


def test_parts_of_different_schemes_never_add_up():
    assert worst_scheme({"r_love": (0, 1), "j_pay": (1, 2), "l_loan": (2, 3), "amount": (3, 4)}) is None


def test_more_of_what_speaks_against_never_raises_a_scheme():
    parts = {"l_loan": (0, 1), "l_private": (1, 2), "l_reach": (2, 3), "large": (3, 4)}
    alone, beside = worst_scheme(parts), worst_scheme(parts | {"f_lawful": (4, 5)})
    assert alone is not None
    assert beside is not None
    assert beside.odds < alone.odds


def test_nothing_may_be_met_by_no_words():
    assert not may_be_met(frozenset())
    assert may_be_met(frozenset({"something"}), [(frozenset({"something"}),)])


@given(st.text(max_size=400))
def test_every_text_has_its_sums(text):
    searched = Analysis(text).searched
    for start, end in sums_of(searched).values():
        assert 0 <= start < end <= len(searched.text)


# One row per part that tells: with it the text is a case, without it or with what lawful senders write it is none.
PARTS = [
    ("tolong isi pulsa ke nomor ini 081255501234, penting", "tolong isi pulsa ya, penting"),
    ("ma isiin pulsa ke no ini 081255501234", "isi pulsa ke nomor 081255501234 berhasil, terima kasih"),
    (
        "uangnya ditransfer ke rek ini saja BRI 0144-01-005512-50-3 a/n Sumiati, kalau sudah sms",
        "ini norekku BRI 0144-01-005512-50-3 a/n Sumiati, makasih",
    ),
    (
        "soal sewa rumah harus melalui Bpk Wahyu 082155501133, sudah dikuasakan",
        "soal sewa rumah bayar ke Bpk Wahyu seperti biasa",
    ),
    ("rekening anda error, hub bpk Rudi di 081355501144", "rekening anda error, hub kantor kami di 1500888"),
    (
        "no anda m-dpt hadiah mobil, pin anda: 7b33a info klik www.gebyar.jimdo.com",
        "no anda m-dpt hadiah mobil, aktifkan di *123#. info s&k",
    ),
    (
        "soal rumah bpk yg mau dijual saya minat, hub suami saya 081255501190",
        "soal rumah bpk yg mau dijual saya minat, kapan bisa lihat",
    ),
    ("jual iphone bm batam murah hub 081255501180", "jual iphone garansi resmi di toko kami"),
    ("butuh dana tunai tanpa jaminan? hub 081255501170", "butuh dana tunai? datang ke kantor kami"),
]


@pytest.mark.parametrize(("whole", "lawful"), PARTS)
def test_what_tells_a_fraud_from_its_lawful_look_alike_decides(whole, lawful):
    assert judge(Analysis(whole, personal=False)).score >= HELD
    assert judge(Analysis(lawful, personal=False)).score < HELD


EXCUSES = ("Promo bonus kuota gratis!", "Pesanan anda berhasil.", "Selamat pagi.", "Waspada penipuan!")


@pytest.mark.parametrize("excuse", EXCUSES)
@pytest.mark.parametrize("whole", [whole for whole, _ in PARTS])
def test_what_lawful_senders_write_in_another_sentence_frees_no_fraud(whole, excuse):
    assert judge(Analysis(f"{excuse} {whole}", personal=False)).score >= HELD
    assert judge(Analysis(f"{whole}. {excuse}", personal=False)).score >= HELD
