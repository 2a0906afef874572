"""Owns the list of rules, in the order they are judged and shown; must not know what the policy says of them.

Cheap and decisive rules stand first, those that read others' hits last. To add a rule: write its file, put it
here, give it settings in the policy, a table of tests, and labelled cases in tests/corpora/policy.
"""

from __future__ import annotations

from typing import Final

from comity.screening.judging import Rule
from comity.screening.rules import (
    account_limited,
    account_not_in_standing,
    alert_not_cleared,
    brand_not_named,
    brand_not_yours,
    campaign_unregistered,
    child_safety,
    consent_not_for_this,
    content_banned_here,
    deceptive_offer,
    destination_not_allowed,
    discriminatory_offer,
    embargoed_destination,
    emergency_destination,
    emergency_offer,
    fraud,
    frequency_cap,
    harassment,
    hate,
    health_data,
    link_disguised,
    link_executable,
    link_listed,
    link_look_alike,
    link_not_allowed_here,
    link_raw_address,
    link_shortener,
    obscene,
    opt_out_missing,
    personal_number_bulk,
    phishing,
    policy_not_accepted,
    probing_series,
    promotion_without_consent,
    quiet_hours,
    recipient_do_not_call,
    recipient_opted_out,
    regulated_content,
    repeated_text,
    sender_forged,
    sender_generic,
    sender_kind_not_carried,
    sender_look_alike,
    sender_not_granted,
    sender_unregistered,
    signals_together,
    snowshoe,
    solicitation,
    text_disguised,
    threat,
    traffic_frozen,
    unanswered_series,
    undeclared_promotion,
    use_case_drift,
)

RULEBOOK: Final[tuple[Rule, ...]] = (
    # account
    account_not_in_standing.RULE,
    account_limited.RULE,
    policy_not_accepted.RULE,
    alert_not_cleared.RULE,
    undeclared_promotion.RULE,
    use_case_drift.RULE,
    # destination
    emergency_destination.RULE,
    embargoed_destination.RULE,
    destination_not_allowed.RULE,
    # sender
    sender_not_granted.RULE,
    sender_look_alike.RULE,
    brand_not_yours.RULE,
    sender_generic.RULE,
    sender_forged.RULE,
    sender_kind_not_carried.RULE,
    sender_unregistered.RULE,
    campaign_unregistered.RULE,
    personal_number_bulk.RULE,
    # links
    link_listed.RULE,
    link_shortener.RULE,
    link_raw_address.RULE,
    link_executable.RULE,
    link_look_alike.RULE,
    link_disguised.RULE,
    link_not_allowed_here.RULE,
    # scores of the text
    child_safety.RULE,
    phishing.RULE,
    fraud.RULE,
    solicitation.RULE,
    obscene.RULE,
    harassment.RULE,
    threat.RULE,
    hate.RULE,
    # content
    regulated_content.RULE,
    content_banned_here.RULE,
    deceptive_offer.RULE,
    discriminatory_offer.RULE,
    emergency_offer.RULE,
    health_data.RULE,
    text_disguised.RULE,
    probing_series.RULE,
    # recipient
    recipient_opted_out.RULE,
    recipient_do_not_call.RULE,
    promotion_without_consent.RULE,
    consent_not_for_this.RULE,
    unanswered_series.RULE,
    brand_not_named.RULE,
    opt_out_missing.RULE,
    repeated_text.RULE,
    frequency_cap.RULE,
    snowshoe.RULE,
    # timing
    quiet_hours.RULE,
    # complaints: behind all others that hold, whose cases what they hold joins
    traffic_frozen.RULE,
    # combinations
    signals_together.RULE,
)
