-- Which strikes led to a sanction.  $1 sanction  $2 strikes  $3 account
INSERT INTO sanction_strikes (sanction_id, strike_id, account_id) SELECT $1, n, $3 FROM unnest($2::bigint[]) AS n
