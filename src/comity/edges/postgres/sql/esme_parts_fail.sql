-- Parts that cannot become a message leave; those answered with an id are told so by a receipt, where they want one.
--   $1 account  $2 system id  $3 parts  $4 of them, those to be told  $5 when
WITH gone AS (
    DELETE FROM esme_parts p WHERE p.account_id = $1 AND p.part_id = ANY ($3::uuid[])
    RETURNING p.part_id, p.sequence, p.wish, p.mark, p.sender, p.recipient
), told AS (
    INSERT INTO esme_deliveries (account_id, system_id, stream, kind, message_id, state, mark, sender, recipient, at)
    SELECT $1, $2, g.part_id::text, 'receipt', g.part_id, 'refused', g.mark, g.sender, g.recipient, $5
    FROM gone g
    WHERE g.part_id = ANY ($4::uuid[]) AND wants_receipt(g.wish, 'refused')
    ORDER BY g.sequence
    RETURNING 1
)
SELECT ring_esmes((SELECT count(*) FROM told))
