-- Whose turn comes next in a lane, said once for both of its rounds: the dispatcher's claim steps through a queue by it.

-- The account with something in the lane of a prefix that comes after one and not after another, and whether it has
-- anything due that it may send now. Written so that the planner takes it into the query that calls it.
CREATE FUNCTION lane_turn(prefix text, after bigint, upto bigint, at timestamptz)
RETURNS TABLE (account_id bigint, is_due boolean) LANGUAGE sql STABLE AS $$
    SELECT h.account_id, CASE WHEN h.due_at > at THEN false ELSE may_send(h.account_id) END
    FROM (
        SELECT q.account_id, q.due_at
        FROM queue q
        WHERE q.route_prefix = prefix AND q.account_id > after AND q.account_id <= upto
        ORDER BY q.account_id, q.due_at
        LIMIT 1
    ) h
    OFFSET 0
$$;
