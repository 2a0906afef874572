-- Lists that the operator loads: feeds of bad links, registers of numbers not to be called.

CREATE SEQUENCE list_generations;

CREATE TABLE lists (
    name          text PRIMARY KEY CHECK (name <> ''),
    kind          text NOT NULL CHECK (kind IN ('links', 'numbers')),
    -- ISO 3166 alpha-2 whose register it is, or NULL
    country       text CHECK (country ~ '^[A-Z]{2}$'),
    source        text NOT NULL DEFAULT '',
    -- within so many days it must be loaded anew, or NULL
    refresh_days  integer CHECK (refresh_days > 0),
    loaded_at     timestamptz NOT NULL,
    entries       bigint NOT NULL,
    -- SHA-256 of the keys as they were read, each with a line feed, in hexadecimal
    digest        text NOT NULL,
    -- names the entries that are in force; others are left over
    generation    bigint NOT NULL UNIQUE
);
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE ON lists
    FOR EACH STATEMENT EXECUTE FUNCTION tell_change();

-- One key asks all lists at once, so it leads.
CREATE TABLE list_entries (
    generation    bigint NOT NULL,
    key           text COLLATE "C" NOT NULL,
    PRIMARY KEY (key, generation)
);

-- Entries on their way in, as they come: sorted and each once they go into list_entries far quicker.
CREATE UNLOGGED TABLE list_loading (
    generation    bigint NOT NULL,
    key           text COLLATE "C" NOT NULL
);
