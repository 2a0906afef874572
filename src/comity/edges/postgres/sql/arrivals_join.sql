-- Let stopped messages join the cases of their numbers' floods.  $1 number  $2 as it is shown  $3 account  $4 message  $5 at
SELECT join_flood(f.number, f.shown, f.account_id, f.message_id, $5)
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::uuid[]) WITH ORDINALITY AS f (number, shown, account_id, message_id, place)
ORDER BY f.place
