-- Everything that must hold of the ledger; each row returned is one thing that does not.
WITH by_lot AS (
    SELECT lot_id, sum(CASE WHEN kind IN ('charge', 'expiry', 'payout', 'transfer-out') THEN -micro_credits
                            WHEN kind = 'settlement' THEN 0
                            ELSE micro_credits END) AS left_over
    FROM ledger_entries
    GROUP BY lot_id
), by_payout AS (
    SELECT account_id, subject,
           coalesce(sum(micro_credits) FILTER (WHERE kind = 'payout'), 0) AS owed,
           coalesce(sum(micro_credits) FILTER (WHERE kind = 'settlement'), 0) AS paid,
           coalesce(sum(micro_credits) FILTER (WHERE kind = 'reversal'), 0) AS reversed
    FROM ledger_entries
    WHERE kind IN ('payout', 'settlement', 'reversal')
    GROUP BY account_id, subject
), by_transfer AS (
    SELECT subject,
           coalesce(sum(micro_credits) FILTER (WHERE kind = 'transfer-out'), 0) AS given,
           coalesce(sum(micro_credits) FILTER (WHERE kind = 'transfer-in'), 0) AS taken,
           min(account_id) FILTER (WHERE kind = 'transfer-out') AS giver,
           min(account_id) FILTER (WHERE kind = 'transfer-in') AS taker
    FROM ledger_entries
    WHERE kind IN ('transfer-out', 'transfer-in')
    GROUP BY subject
), by_message AS (
    SELECT account_id, subject,
           sum(micro_credits) FILTER (WHERE kind = 'charge') AS charged,
           coalesce(sum(micro_credits) FILTER (WHERE kind = 'refund'), 0) AS refunded
    FROM ledger_entries
    WHERE kind IN ('charge', 'refund')
    GROUP BY account_id, subject
)
SELECT 'the entries of a lot do not add up to what is left of it' AS problem, l.account_id, l.lot_id::text AS what,
       coalesce(b.left_over, 0)::bigint AS entries, l.remaining AS stored
FROM lots l
LEFT JOIN by_lot b ON b.lot_id = l.lot_id
WHERE coalesce(b.left_over, 0) <> l.remaining
UNION ALL
SELECT 'a lot is missing for these entries', NULL, b.lot_id::text, b.left_over::bigint, NULL
FROM by_lot b
WHERE NOT EXISTS (SELECT FROM lots l WHERE l.lot_id = b.lot_id)
UNION ALL
SELECT 'more was refunded than charged', b.account_id, b.subject::text, b.refunded::bigint, b.charged::bigint
FROM by_message b
WHERE b.refunded > coalesce(b.charged, 0)
UNION ALL
SELECT 'a message was not charged what it says', m.account_id, m.id::text, coalesce(b.charged, 0)::bigint, m.micro_credits
FROM messages m
LEFT JOIN by_message b ON b.account_id = m.account_id AND b.subject = m.id
WHERE coalesce(b.charged, 0) <> m.micro_credits
UNION ALL
SELECT 'a payout is not what was booked for it', coalesce(p.account_id, b.account_id),
       coalesce(p.payout_id, b.subject)::text, coalesce(b.owed, 0)::bigint, coalesce(p.micro_credits, 0)
FROM payouts p
FULL JOIN by_payout b ON b.account_id = p.account_id AND b.subject = p.payout_id
WHERE p.micro_credits IS DISTINCT FROM b.owed
   OR b.paid <> CASE WHEN p.paid_at IS NULL THEN 0 ELSE b.owed END
   OR b.reversed <> CASE WHEN p.reversed_at IS NULL THEN 0 ELSE b.owed END
UNION ALL
SELECT 'what went to a subaccount is not what left its parent', coalesce(t.account_id, b.giver),
       coalesce(t.transfer_id, b.subject)::text, b.taken::bigint, coalesce(t.micro_credits, b.given)::bigint
FROM transfers t
FULL JOIN by_transfer b ON b.subject = t.transfer_id
WHERE (t.account_id, t.child_id, t.micro_credits, t.micro_credits)
      IS DISTINCT FROM (b.giver, b.taker, b.given, b.taken)
UNION ALL
SELECT 'bonus was paid out', e.account_id, e.subject::text, e.micro_credits, 0
FROM ledger_entries e
JOIN lots l ON l.lot_id = e.lot_id
WHERE e.kind = 'payout' AND l.kind <> 'purchased'
UNION ALL
SELECT 'a correction is not what was booked for it', coalesce(c.account_id, b.account_id),
       coalesce(c.correction_id, b.subject)::text, b.booked::bigint, c.micro_credits
FROM (SELECT account_id, subject, sum(micro_credits) AS booked
      FROM ledger_entries WHERE kind = 'correction' GROUP BY account_id, subject) b
FULL JOIN (SELECT * FROM corrections WHERE state = 'booked') c
     ON c.account_id = b.account_id AND c.correction_id = b.subject
WHERE b.booked IS DISTINCT FROM c.micro_credits
UNION ALL
SELECT 'the two sides of the ledger differ', NULL, 'all', sum(micro_credits)::bigint, 0
FROM ledger_postings
HAVING sum(micro_credits) <> 0
LIMIT 100
