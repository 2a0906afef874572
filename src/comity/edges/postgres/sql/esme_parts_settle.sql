-- Parts became a message.  $1 account  $2 message  $3 parts  $4 ids that wait for receipts  $5 for which
SELECT settle_parts($1, $2, $3, $4, $5)
