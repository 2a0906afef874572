-- Place an order to preserve data.  $1 request or null  $2 authority  $3 country  $4 reference  $5 accounts  $6 numbers
--   $7 of data from  $8 until  $9 now  $10 by whom  $11 ends
INSERT INTO preservation_orders (request_id, state, authority, country, reference, accounts, numbers, data_from,
                                 data_until, placed_at, placed_by, ends_at)
VALUES ($1, 'in_force', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
RETURNING *
