-- What people decided about texts, and how scores are spread by day.

-- One row for each decision; the latest of a message and category counts. The text is its template: numbers, names in
-- greetings and what is particular in links are masked, which is all that training needs.
CREATE TABLE labels (
    label_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounts,
    message_id uuid NOT NULL,
    category   text NOT NULL CHECK (category <> ''),
    label      boolean NOT NULL,
    person     text NOT NULL CHECK (person <> ''),
    note       text NOT NULL DEFAULT '',
    template   text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX labels_by_message ON labels (account_id, message_id, category, label_id DESC);

-- How many messages of a day had scores within each bin (comity.content.drift); counted when the day is over.
CREATE TABLE score_days (
    day      date NOT NULL,
    category text NOT NULL,
    bin      smallint NOT NULL,
    messages bigint NOT NULL,
    PRIMARY KEY (day, category, bin)
);

-- Both are the operator's: an account sees none of them.
ALTER TABLE labels ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON labels TO comity_road USING (true) WITH CHECK (true);
ALTER TABLE score_days ENABLE ROW LEVEL SECURITY;
CREATE POLICY road ON score_days TO comity_road USING (true) WITH CHECK (true);
