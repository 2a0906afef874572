-- An account as the road sees it.  $1 account
SELECT a.account_id, a.parent_id, a.name, a.standing, a.category, a.daily_volume, a.time_zone,
       a.allowed_networks::text[] AS allowed_networks, a.transliterate, a.profile,
       ARRAY(SELECT p.version FROM policy_acceptances p WHERE p.account_id = a.account_id) AS accepted,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'key', g.sender_key, 'sender', g.sender, 'category', g.category, 'expires_at', g.expires_at)), '[]')
        FROM sender_grants g WHERE g.account_id = a.account_id) AS grants,
       EXISTS (SELECT FROM webhooks w WHERE w.account_id = a.account_id AND w.disabled_at IS NULL) AS webhooks
FROM accounts a
WHERE a.account_id = $1
