-- The parts of those messages that are whole, in order.
--   $1..$6 account, system id, sender, recipient, reference, total of messages  $7 since when parts count
SELECT p.account_id, p.system_id, p.sender, p.recipient, p.reference, p.total, p.sequence, p.part_id, p.payload,
       p.data_coding, p.locking, p.single_shift, p.wish, p.category, p.due_at, p.validity_s, p.mark, p.digest
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::smallint[]) WITH ORDINALITY
     AS w (account_id, system_id, sender, recipient, reference, total, place)
CROSS JOIN LATERAL (
    SELECT q.*, count(*) OVER () AS present FROM esme_parts q
    WHERE q.account_id = w.account_id AND q.system_id = w.system_id AND q.sender = w.sender
      AND q.recipient = w.recipient AND q.reference = w.reference AND q.total = w.total AND q.at >= $7
) p
WHERE p.present = p.total
ORDER BY w.place, p.sequence
