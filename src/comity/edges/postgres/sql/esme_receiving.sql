-- A login bound to receive.  $1 system id
UPDATE esmes SET receiver_since = now() WHERE system_id = $1
