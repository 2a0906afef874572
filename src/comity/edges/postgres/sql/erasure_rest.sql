-- What is on its way about a number goes, and what was asked of it in vain.  $1 account  $2 number
WITH deliveries AS (
    DELETE FROM esme_deliveries d
    WHERE d.account_id = $1 AND (d.recipient = $2 OR (d.kind = 'inbound' AND d.sender = $2))
    RETURNING 1
), asked AS (
    DELETE FROM consent_requests r
    WHERE r.account_id = $1 AND r.recipient = $2 AND r.state IN ('declined', 'expired')
    RETURNING 1
)
SELECT (SELECT count(*) FROM deliveries) AS deliveries, (SELECT count(*) FROM asked) AS requests
