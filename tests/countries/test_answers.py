"""What rules are told about senders, content, links, wording and registers, by country and day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.countries import (
    Content,
    SenderKind,
    content_rule,
    countries,
    country,
    embargo_defaults,
    health_position,
    link_rule,
    may_refuse,
    opt_out_wording,
    registries,
    sender_verdict,
    source,
    text_labels,
)

ISO = sorted(record.iso2 for record in countries())
TODAY = date(2026, 11, 22)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
KINDS = get_args(SenderKind)

# A registration begins on its day: the country, the kind, the last day without, what it then does, and what is seen.
REGISTRATIONS = [
    ("ES", "alpha", "2026-09-14", "yes", None, ""),
    ("ES", "alpha", "2026-09-15", "registered", "blocked", ""),
    ("FI", "alpha", "2026-05-03", "yes", None, ""),
    ("FI", "alpha", "2026-05-04", "registered", "labelled", "Unknown"),
    ("FI", "numeric", "2026-05-04", "registered", "labelled", "Unknown"),
    ("FI", "alpha", "2026-11-02", "registered", "labelled", "Unknown"),
    ("AU", "alpha", "2026-06-30", "yes", None, ""),
    ("AU", "alpha", "2026-07-01", "registered", "labelled", "Unverified"),
    ("AU", "numeric", "2026-07-01", "yes", None, ""),
    ("IE", "alpha", "2025-07-02", "yes", None, ""),
    ("IE", "alpha", "2025-07-03", "registered", "labelled", "Likely Scam"),
    ("IE", "alpha", "2025-10-02", "registered", "labelled", "Likely Scam"),
    ("IE", "alpha", "2025-10-03", "registered", "blocked", ""),
    ("SG", "alpha", "2023-01-30", "yes", None, ""),
    ("SG", "alpha", "2023-01-31", "registered", "labelled", "Likely-SCAM"),
    ("HK", "alpha", "2024-02-20", "yes", None, ""),
    ("HK", "alpha", "2024-02-21", "registered", "unknown", ""),
    ("US", "numeric", "2026-11-22", "registered", "unknown", ""),
    ("US", "short_code", "2026-11-22", "registered", "unknown", ""),
    ("EG", "short_code", "2026-11-22", "registered", "unknown", ""),
    ("QA", "alpha", "2026-11-22", "registered", "replaced", "INFOSMSI"),
]


@pytest.mark.parametrize(("iso2", "kind", "day", "allowed", "consequence", "becomes"), REGISTRATIONS)
def test_a_registration_counts_from_its_day(iso2, kind, day, allowed, consequence, becomes):
    found = sender_verdict(iso2, kind, date.fromisoformat(day))
    assert found.allowed == allowed
    assert (found.registration.consequence if found.registration else None) == consequence
    assert (found.registration.becomes if found.registration else "") == becomes
    assert may_refuse(found.tier)


def test_a_registration_that_comes_is_announced():
    found = sender_verdict("ES", "alpha", date(2026, 9, 1))
    assert found.registration is None
    assert found.coming.effective == date(2026, 9, 15)
    assert sender_verdict("FI", "alpha", date(2026, 6, 1)).coming.effective == date(2026, 11, 2)
    assert sender_verdict("FI", "alpha", TODAY).coming is None


def test_the_stricter_regulation_of_finland_is_another_record():
    before, after = (sender_verdict("FI", "alpha", date(2026, 11, day)).registration for day in (1, 2))
    assert before.until == date(2026, 11, 1)
    assert after.effective == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("iso2", "kind", "allowed"),
    [
        ("US", "alpha", "no"),
        ("FR", "numeric", "no"),
        ("FR", "alpha", "yes"),
        ("CN", "alpha", "replaced"),
        ("MY", "alpha", "replaced"),
        ("SG", "numeric", "limited"),
        ("GB", "alpha", "yes"),
        ("XX", "alpha", "unknown"),
    ],
)
def test_a_kind_of_sender_is_judged(iso2, kind, allowed):
    assert sender_verdict(iso2, kind, TODAY).allowed == allowed


def test_finland_asks_it_of_its_own_numbers_alone():
    assert sender_verdict("FI", "numeric", TODAY).registration.national_numbers_only
    assert not sender_verdict("FI", "alpha", TODAY).registration.national_numbers_only


def test_french_long_numbers_are_for_persons():
    assert sender_verdict("FR", "numeric", TODAY).persons_only
    assert not sender_verdict("FR", "short_code", TODAY).persons_only
    assert not sender_verdict("DE", "numeric", TODAY).persons_only


@pytest.mark.parametrize(
    ("iso2", "where", "written", "applies_to", "added_by"),
    [
        ("SA", "suffix", "-AD", "promotional", "sender"),
        ("AE", "prefix", "AD-", "promotional", "sender"),
        ("JO", "prefix", "adv", "promotional", "sender"),
        ("HK", "prefix", "#", "all", "sender"),
        ("IN", "suffix", "-P", "promotional", "network"),
    ],
)
def test_names_carry_affixes_and_numbers_none(iso2, where, written, applies_to, added_by):
    (affix,) = sender_verdict(iso2, "alpha", TODAY).affixes
    assert (affix.where, affix.written, affix.applies_to, affix.added_by) == (where, written, applies_to, added_by)
    assert sender_verdict(iso2, "numeric", TODAY).affixes == ()


def test_an_affix_counts_from_its_day():
    assert sender_verdict("HK", "alpha", date(2024, 2, 20)).affixes == ()


@pytest.mark.parametrize(
    ("iso2", "content", "rule"),
    [
        ("AE", "alcohol", "prohibited"),
        ("FR", "political", "restricted"),
        ("BE", "crypto", "restricted"),
        ("CN", "crypto", "prohibited"),
        ("NO", "gambling", "prohibited"),
        ("US", "cannabis", "prohibited"),
        ("US", "loans", "prohibited"),
        ("AZ", "medicines", "restricted"),
        ("MY", "religious", "prohibited"),
        ("SE", "gambling", None),
        ("XX", "gambling", None),
    ],
)
def test_regulated_subjects_are_judged_by_country(iso2, content, rule):
    found = content_rule(iso2, content)
    assert (found.rule if found else None) == rule


def test_malaysia_takes_no_links_no_numbers_and_no_questions_for_data_since_a_day():
    rule = link_rule("MY")
    assert (rule.links, rule.call_back_numbers, rule.personal_data_requests) == ("prohibited",) * 3
    assert may_refuse(rule.tier)
    assert link_rule("MY", date(2024, 8, 31)) is None
    assert link_rule("MY", date(2024, 9, 1)) is rule


@pytest.mark.parametrize(
    ("iso2", "links"), [("CN", "prohibited"), ("SA", "whitelisted"), ("TW", "whitelisted"), ("US", "allowed")]
)
def test_links_are_judged_by_country(iso2, links):
    assert link_rule(iso2).links == links


def test_a_country_without_a_rule_for_links_has_none():
    assert link_rule("DE") is None
    assert link_rule("XX") is None


@pytest.mark.parametrize(
    ("iso2", "required", "part"),
    [
        ("FR", "yes", "STOP 3xxxx"),
        ("KR", "yes", "080"),
        ("KE", "yes", "*456*9*5#"),
        ("UY", "no", ""),
        ("ZA", "unknown", "free of charge"),
        ("DE", "yes", ""),
    ],
)
def test_wording_is_asked_for_in_a_form(iso2, required, part):
    wording = opt_out_wording(iso2)
    assert wording.required == required
    assert part in wording.form


def test_a_refusal_has_to_be_honoured_within_ten_working_days_in_the_united_states():
    wording = opt_out_wording("US")
    assert (wording.honour_within_days, wording.working_days, wording.tier) == (10, True, "official")


@pytest.mark.parametrize(
    ("iso2", "shape", "covers_texts", "refresh_days"),
    [
        ("US", "file", "yes", 31),
        ("CA", "file", "no", 31),
        ("SG", "file", "yes", 21),
        ("NG", "operator", "yes", None),
        ("PK", "operator", "yes", None),
        ("IN", "operator", "yes", 0),
        ("TR", "consent_api", "yes", 0),
        ("GB", "file", "no", 28),
        ("BE", "file", "no", 30),
        ("AU", "file", "no", 30),
        ("KR", "own_number", "yes", 0),
    ],
)
def test_registers_come_in_shapes(iso2, shape, covers_texts, refresh_days):
    (found,) = registries(iso2)
    assert (found.shape, found.covers_texts, found.refresh_days) == (shape, covers_texts, refresh_days)


def test_registers_end():
    (abolished,) = registries("NL")
    assert abolished.shape == "abolished"
    assert registries("NL", TODAY) == ()
    assert registries("FR", TODAY) == ()
    assert len(registries("FR", date(2026, 8, 10))) == 1


@pytest.mark.parametrize(("iso2", "written"), [("KR", "(Ad)"), ("VN", "[QC]"), ("MY", "RM0.00"), ("UG", "DND*196#")])
def test_texts_carry_labels(iso2, written):
    assert written in [label.written for label in text_labels(iso2)]


def test_caps_overrides_and_closed_days_are_typed():
    assert country("CO").promotional.cap_24h == 1
    assert country("VN").promotional.cap_24h == 3
    assert country("ZA").promotional.override == "agreement"
    assert country("KR").promotional.override == "separate_consent"
    assert country("EG").promotional.week[4:6] == ("", "")
    assert country("JO").promotional.week[4:6] == ("", "")
    assert country("QA").promotional.week[4] == ""
    assert country("TW").two_way.rule == "no"


@pytest.mark.parametrize(
    ("tier", "may"),
    [
        ("official", True),
        ("library", True),
        ("vendor", True),
        ("blog", True),
        ("knowledge", False),
        ("none", False),
        ("", False),
    ],
)
def test_only_what_somebody_checked_may_refuse(tier, may):
    assert may_refuse(tier) is may


def test_the_embargo_list_is_a_proposal_with_tiers():
    by_status = {}
    for entry in embargo_defaults():
        by_status.setdefault(entry.status, []).append(entry.iso2)
        assert country(entry.iso2)
        assert all(source(key) for key in entry.sources)
    assert by_status == {
        "embargoed": ["CU", "IR", "KP", "UA", "UA"],
        "targeted": ["RU", "BY", "VE", "MM"],
        "lifted": ["SY"],
    }
    assert all(entry.region for entry in embargo_defaults() if entry.iso2 == "UA")


def test_the_position_on_health_lists_eighteen_identifiers():
    assert len(health_position().identifiers) == 18


@given(st.sampled_from(ISO), st.sampled_from(KINDS), DAYS)
def test_a_registered_kind_always_names_its_registration(iso2, kind, day):
    found = sender_verdict(iso2, kind, day)
    assert (found.allowed == "registered") == (found.registration is not None)
    if found.registration:
        assert found.registration.holds_on(day)
    if found.coming:
        assert found.coming.effective > day
    if found.allowed == "unknown":
        assert found.tier == "none"


@given(st.sampled_from(ISO), st.sampled_from(KINDS), DAYS, st.integers(1, 2000))
def test_an_answer_changes_only_where_a_registration_or_affix_begins_or_ends(iso2, kind, day, days):
    record = country(iso2)
    later = day + timedelta(days=days)
    dated = (*record.registrations, *record.affixes)
    edges = [one.effective for one in dated if one.effective]
    edges += [one.until + timedelta(days=1) for one in dated if one.until]
    if not any(day < edge <= later for edge in edges):
        assert sender_verdict(iso2, kind, day) == sender_verdict(iso2, kind, later)


@given(st.sampled_from(ISO), st.sampled_from(get_args(Content)), DAYS)
def test_a_rule_of_a_day_is_the_books_or_none(iso2, content, day):
    assert content_rule(iso2, content, day) in (content_rule(iso2, content), None)
    assert link_rule(iso2, day) in (link_rule(iso2), None)
    assert set(registries(iso2, day)) <= set(registries(iso2))


@pytest.mark.parametrize("iso2", ISO)
def test_no_registration_is_asked_for_what_is_not_registered(iso2):
    record = country(iso2)
    for one in record.registrations:
        kinds = KINDS if one.kind == "any" else (one.kind,)
        assert any(record.senders.rule(kind) == "registered" for kind in kinds)
