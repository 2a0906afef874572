SELECT a.name AS account, g.sender, g.kind, g.category, g.proof_name, g.proof_digest, g.granted_at, g.expires_at
FROM sender_grants g
JOIN accounts a ON a.account_id = g.account_id
ORDER BY a.name, g.sender_key
