-- What of a number the law needs, by kind.  $1 account  $2 number  $3 what stands for it in complaints  $4 now
SELECT (SELECT count(*) FROM opt_outs WHERE account_id = $1 AND recipient = $2) AS opt_outs,
       (SELECT count(*) FROM consents WHERE account_id = $1 AND recipient = $2)
       + (SELECT count(*) FROM consent_requests WHERE account_id = $1 AND recipient = $2) AS consents,
       (SELECT count(*) FROM consent_withdrawals WHERE account_id = $1 AND recipient = $2) AS withdrawals,
       (SELECT count(*) FROM proof_request_recipients WHERE account_id = $1 AND recipient = $2) AS proofs,
       (SELECT count(*) FROM complaints c
        WHERE c.account_id = $1 AND (c.recipient_key = $3 OR c.recipient = $2) AND c.erased_at IS NULL
          AND (NOT complaint_ended(c) OR complaint_kept_until(c) > $4))
           AS complaints
