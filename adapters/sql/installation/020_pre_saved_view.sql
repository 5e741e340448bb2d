-- Questions an officer asks again and again, kept for himself under a name of his own. No fact.
CREATE TABLE saved_view (
    body       text NOT NULL,
    officer_id text NOT NULL,
    page       text NOT NULL,  -- which page it is asked of: tasks
    name       text NOT NULL,
    query      text NOT NULL,  -- as in its address
    saved_at   timestamptz NOT NULL,
    PRIMARY KEY (body, officer_id, page, name)
);
