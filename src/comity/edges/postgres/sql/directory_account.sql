-- An account as the road sees it.  $1 account
SELECT a.account_id, a.parent_id, family_head(a.account_id) AS head_id, a.name,
       standing_inherited(a.account_id) AS standing, a.category, a.daily_volume, a.time_zone,
       a.allowed_networks::text[] AS allowed_networks, a.transliterate, a.profile,
       ARRAY(SELECT p.version FROM policy_acceptances p WHERE p.account_id = a.account_id) AS accepted,
       ARRAY(SELECT w.version FROM policy_answers w
             WHERE w.account_id = a.account_id AND w.state NOT IN ('asked', 'silent')) AS answered,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'key', g.sender_key, 'sender', g.sender, 'category', g.category, 'expires_at', g.expires_at)), '[]')
        FROM sender_grants g WHERE g.account_id = a.account_id) AS grants,
       EXISTS (SELECT FROM webhooks w WHERE w.account_id = a.account_id AND w.disabled_at IS NULL) AS webhooks,
       ARRAY(SELECT unnest(p.anchors) FROM probing_series p
             WHERE p.account_id = a.account_id AND p.closed_at IS NULL ORDER BY p.series_id DESC LIMIT 100) AS probing,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'case', f.case_wire, 'kind', f.kind, 'key', f.key, 'similarity', f.similarity, 'distance', f.distance,
                   'codes', f.codes) ORDER BY f.freeze_id DESC), '[]')
        FROM freezes f
        WHERE f.state IN ('in-force', 'confirmed')
          AND (f.account_id IS NULL OR a.account_id IN (SELECT family_of(f.account_id)))) AS frozen,
       ARRAY(SELECT c.challenge_id::text FROM challenges c
             WHERE c.account_id = a.account_id AND c.kind = 'volume' AND c.state IN ('open', 'lapsed')) AS volumes,
       (SELECT max(c.free_until) FROM challenges c WHERE c.account_id = a.account_id) AS free_until,
       a.health_data,
       (SELECT coalesce(jsonb_agg(to_jsonb(c) - 'account_id' - 'recorded_at' ORDER BY c.content, c.country), '[]')
        FROM clearances c WHERE c.account_id = a.account_id) AS clearances,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'kind', r.kind, 'country', r.country, 'sender', r.sender_key, 'reference', r.reference,
                   'since', r.since, 'until', r.until, 'samples', r.samples)
                   ORDER BY r.kind, r.country, r.sender_key, r.reference), '[]')
        FROM registrations r WHERE r.account_id = a.account_id) AS registrations,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('name', b.name, 'until', b.until, 'proof', b.proof_digest)
                   ORDER BY b.recorded_at, b.brand_key), '[]')
        FROM account_brands b WHERE b.account_id = a.account_id) AS brands,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('domain', d.domain, 'until', d.until, 'proof', d.proof_digest)
                   ORDER BY d.domain), '[]')
        FROM account_domains d WHERE d.account_id = a.account_id) AS domains,
       (SELECT jsonb_build_object(
                   'categories', u.categories, 'countries', u.countries, 'senders', u.sender_keys,
                   'daily_volume', u.daily_volume, 'samples', u.samples, 'sectors', u.sectors)
        FROM use_cases u WHERE u.account_id = a.account_id) AS use_case
FROM accounts a
WHERE a.account_id = $1
