-- A substantial version has to be accepted anew; others are covered by the acceptance of the one that they follow.

ALTER TABLE policy_versions ADD COLUMN substantial boolean NOT NULL DEFAULT false;
