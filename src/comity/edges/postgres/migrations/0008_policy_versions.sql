-- A substantial version has to be accepted anew; others are covered by the acceptance of the one that they follow.

ALTER TABLE policy_versions ADD COLUMN substantial boolean NOT NULL DEFAULT false;

-- Who published it, as it was said; '' for the one that ships.
ALTER TABLE policy_versions ADD COLUMN published_by text NOT NULL DEFAULT '';

-- Versions that were taken back before their day. Nobody was judged by them; that they were announced is kept.
CREATE TABLE withdrawn_versions (
    version      text PRIMARY KEY,
    digest       text NOT NULL UNIQUE,
    source       text NOT NULL,
    effective    date NOT NULL,
    published_at timestamptz NOT NULL,
    published_by text NOT NULL,
    withdrawn_at timestamptz NOT NULL DEFAULT now(),
    withdrawn_by text NOT NULL
);
