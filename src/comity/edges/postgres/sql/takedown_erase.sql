-- Who claimed which right, and what was said of it, is gone; what was decided stands.  $1 their complaints
WITH meant AS (
    SELECT t.takedown_id, t.freezes
    FROM complaints c
    JOIN takedowns t ON t.number = c.number
    WHERE c.complaint_id = ANY ($1)
), claims AS (
    UPDATE takedowns t SET holder = 'erased', right_named = 'erased', link = '', domain = '', reason = ''
    FROM meant m WHERE t.takedown_id = m.takedown_id
), answers AS (
    UPDATE takedown_answers a SET words = '' FROM meant m WHERE a.takedown_id = m.takedown_id
), stops AS (
    UPDATE freezes f SET why = 'Somebody showed that it infringes a right.'
    FROM meant m WHERE f.freeze_id = ANY (m.freezes)
)
SELECT count(*) FROM meant
