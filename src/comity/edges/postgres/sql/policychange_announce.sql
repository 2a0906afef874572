-- What accounts are told of a version.  $1 version  $2 digest  $3 effective  $4 substantial  $5 changes  $6 now
INSERT INTO policy_announcements (version, digest, effective, substantial, changes, announced_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (version) DO NOTHING
