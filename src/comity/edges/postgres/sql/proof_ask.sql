-- Keep a new request.  $1 account, $2 about, $3 purpose wanted, $4 sample wanted, $5 on_deadline, $6 window_s,
-- $7 asked by, $8 asked at, $9 seconds before the end at which it is reminded of
INSERT INTO proof_requests (account_id, state, about, wants_purpose, wants_sample, on_deadline, window_s, asked_by, asked_at,
                            reminders_s)
VALUES ($1, 'asked', $2, $3, $4, $5, $6, $7, $8, $9)
RETURNING request_id
