-- Daftar Informasi yang Dikecualikan: what is known of each item now, all its facts taken in.
-- Everything here may be shown in a list. What is `Closed` never comes this far.

-- create --
CREATE TABLE {register}.dik (
    id                  uuid NOT NULL,
    version             int8 NOT NULL,         -- facts recorded of it
    position            int8 NOT NULL,         -- of the latest fact in the ledger
    recorded_at         timestamptz NOT NULL,  -- of the latest fact
    latest_on           date NOT NULL,         -- latest day on which any of its facts takes effect
    since               timestamptz NOT NULL,  -- when it came to await what it now awaits
    sort_key            text NOT NULL,         -- title, numbers in their natural order
    status              text NOT NULL,         -- domain.item.Status
    title               text NOT NULL,
    summary             text NOT NULL,
    document            text NOT NULL,
    part                text NOT NULL,
    unit                text NOT NULL,
    holder              text NOT NULL,
    form                text NOT NULL,
    documented          bool,                  -- dikuasai; NULL: never described
    grounds             text[] NOT NULL,       -- "h.3": Pasal 17 huruf h angka 3
    laws                text[] NOT NULL,       -- instruments of the latest test: "uu-14-2008"
    period_kind         text NOT NULL,         -- domain.period.Kind
    period_words        text NOT NULL,
    ends_on             date,                  -- last day of exemption, inclusive
    review_on           date,
    notice_on           date,                  -- 30 working days before the end
    notice_calendar     int4,                  -- version of the calendar it was counted with
    determined_on       date,
    first_determined_on date,
    decree_id           uuid,
    decree_no           text NOT NULL,
    tested_on           date,
    fresh_test          bool NOT NULL,         -- newer than the last determination
    conclusion          text NOT NULL,         -- of the latest test
    opinions            int4 NOT NULL,         -- of the Tim Pertimbangan in this round
    approved            bool NOT NULL,         -- in this round
    channels            int4 NOT NULL,         -- where the entry was published
    on_our_page         bool NOT NULL,         -- the entry was put on SIDIK's own public page
    published           bool NOT NULL,         -- anybody may read the entry there
    published_on        date,                  -- latest publication
    soft_place          text,                  -- NULL: not archived
    hard_place          text,
    held                bool NOT NULL,         -- ditahan
    holds               text[] NOT NULL,       -- "kind:reference"
    raised              date,                  -- the due date the officer was last called for
    opening_approved    text,
    opened_on           date,
    opened_why          text,
    duty_missed         bool NOT NULL,         -- it opened because nobody had decided
    awaits_event        bool NOT NULL,         -- determined until an event not yet recorded
    event               text NOT NULL,         -- the event waited for, or recorded
    event_asked_on      date,                  -- when the owner was last asked
    taken_from          text NOT NULL,         -- file#row of an older list
    missing             text[] NOT NULL,       -- elements to be supplied on confirmation
    findings            int4 NOT NULL          -- of the takeover
) WITH (autovacuum_vacuum_scale_factor = 0.05);

-- complete --
-- The legal words of a title are found in any form ("simple" keeps what the stemmer breaks).
ALTER TABLE {register}.dik ADD COLUMN search tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', title || ' ' || document), 'A')
    || setweight(to_tsvector('indonesian', title || ' ' || summary || ' ' || document
                             || ' ' || unit || ' ' || holder), 'B')) STORED

-- index --
ALTER TABLE {register}.dik ADD PRIMARY KEY (id);
CREATE INDEX dik_sorted ON {register}.dik (sort_key, id);
CREATE INDEX dik_status_sorted ON {register}.dik (status, sort_key, id);
CREATE INDEX dik_shelf ON {register}.dik (ends_on, review_on, id) WHERE status = 'exempt';
CREATE INDEX dik_published ON {register}.dik (sort_key, id) INCLUDE (status) WHERE published;
CREATE INDEX dik_decree ON {register}.dik (decree_id);
CREATE INDEX dik_search ON {register}.dik USING gin (search)

-- page --
SELECT {columns} FROM {register}.dik
 WHERE {filters}
 ORDER BY sort_key, id
 LIMIT %(limit)s

-- counts --
SELECT status, count(*) FROM {register}.dik WHERE {filters} GROUP BY status

-- shelf --
-- The archive by end of period; what has no end comes by its review, then the rest.
SELECT {columns} FROM {register}.dik
 WHERE status = 'exempt' AND {filters}
 ORDER BY ends_on, review_on, id
 LIMIT %(limit)s OFFSET %(offset)s
