"""Owns how tests read what is sealed, over a connection that has the vault; must not know what any test is about."""

MESSAGE = "sealed_text_of(account_id, subject, id, body, text) AS text"
REPLY = "sealed_text_of(account_id, subject, box_id, body, text) AS text"
