-- Entries of an account's chain after one, with what opens their payloads.  $1 account  $2 after  $3 how many at most
SELECT e.account_id, e.sequence, e.kind, e.at, e.commitment, e.previous, e.hash, p.key_id, p.box, k.private_key
FROM evidence_entries e
LEFT JOIN evidence_payloads p ON p.account_id = e.account_id AND p.sequence = e.sequence
LEFT JOIN subject_keys k ON k.account_id = e.account_id AND k.key_id = p.key_id
WHERE e.account_id = $1 AND e.sequence > $2
ORDER BY e.sequence
LIMIT $3
