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
    findings            int4 NOT NULL,         -- of the takeover
    earlier             text NOT NULL          -- what it was called before
) WITH (autovacuum_vacuum_scale_factor = 0.05);

-- complete --
-- Words of the title as they stand (A), of the document and decree (B), and all by their stems.
-- Marks become blanks, so that "188.45/12/2026" is four numbers and never a path or an address.
ALTER TABLE {register}.dik ADD COLUMN search tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', translate(title,
        '/._-:,@<>&+~=?#', '               ')), 'A')
    || setweight(to_tsvector('simple', translate(document || ' ' || decree_no,
        '/._-:,@<>&+~=?#', '               ')), 'B')
    || to_tsvector('indonesian', translate(title || ' ' || summary || ' ' || document || ' '
                                           || decree_no || ' ' || unit || ' ' || holder,
        '/._-:,@<>&+~=?#', '               '))
) STORED;
ALTER TABLE {register}.dik ADD COLUMN searched tsvector GENERATED ALWAYS AS (
    CASE WHEN earlier <> '' THEN
        to_tsvector('simple', translate(earlier, '/._-:,@<>&+~=?#', '               '))
        || to_tsvector('indonesian', translate(earlier, '/._-:,@<>&+~=?#', '               '))
    END
) STORED

-- index --
ALTER TABLE {register}.dik ADD PRIMARY KEY (id);
CREATE INDEX dik_sorted ON {register}.dik (sort_key, id);
CREATE INDEX dik_status_sorted ON {register}.dik (status, sort_key, id);
CREATE INDEX dik_ends ON {register}.dik (coalesce(ends_on, '9999-12-31'), id);
CREATE INDEX dik_shelf ON {register}.dik
    (coalesce(ends_on, '9999-12-31'), coalesce(review_on, '9999-12-31'), id)
    WHERE status = 'exempt';
CREATE INDEX dik_published ON {register}.dik (sort_key, id) INCLUDE (status) WHERE published;
CREATE INDEX dik_decree ON {register}.dik (decree_id);
CREATE INDEX dik_unit_sorted ON {register}.dik (unit, sort_key, id);
CREATE INDEX dik_determined ON {register}.dik (determined_on);
CREATE INDEX dik_held ON {register}.dik (sort_key, id) WHERE held;
CREATE INDEX dik_search ON {register}.dik USING gin (search, searched, grounds)

-- page --
SELECT {columns} FROM {register}.dik AS state
 WHERE {filters}
 ORDER BY sort_key, id
 LIMIT %(limit)s

-- few --
-- The same where only few have the words or the ground asked for: all are found by these, then put
-- in order. Along the order one might read the whole list to find as many as a page holds.
WITH key AS MATERIALIZED (
    SELECT id, {order} AS place FROM {register}.dik AS state WHERE {filters}
), page AS (
    SELECT * FROM key ORDER BY place, id LIMIT %(limit)s
)
SELECT {columns} FROM page JOIN {register}.dik USING (id)
 ORDER BY page.place, id

-- said_of --
-- Items that these words were ever said of, as far as a number of them.
SELECT id FROM {register}.dik AS item
 WHERE item.search @@ ({wanted}) OR item.searched @@ ({wanted})
 LIMIT %(limit)s

-- by_end --
-- The earliest end first; what has none comes last.
SELECT {columns} FROM {register}.dik AS state
 WHERE {filters}
 ORDER BY coalesce(ends_on, '9999-12-31'), id
 LIMIT %(limit)s

-- some --
-- Only whether there are more than so many: nobody reads the number beyond.
SELECT count(*) AS count FROM (SELECT FROM {register}.dik AS state WHERE {filters} LIMIT %(limit)s) AS found

-- called --
-- A state in which these words were said, whatever the item is called today. The list as it is
-- now finds the items that ever said them.
EXISTS (SELECT FROM {register}.dik AS item
         WHERE item.id = state.id
           AND (item.search @@ ({wanted}) OR item.searched @@ ({wanted}))
           AND CASE WHEN (state.title, state.summary, state.document, state.decree_no,
                          state.unit, state.holder)
                       = (item.title, item.summary, item.document, item.decree_no,
                          item.unit, item.holder)
                    THEN item.search
                    ELSE {search} END @@ ({query}))

-- shelf --
-- The archive by end of period; what has no end comes by its review, then the rest.
SELECT {columns} FROM {register}.dik AS state
 WHERE status = 'exempt' AND {filters}
 ORDER BY coalesce(ends_on, '9999-12-31'), coalesce(review_on, '9999-12-31'), id
 LIMIT %(limit)s
