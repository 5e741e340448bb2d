-- The key by which all web processes sign their forms; made once, for the installation.

CREATE TABLE form_key (
    one bool PRIMARY KEY DEFAULT true CHECK (one),
    key text NOT NULL
);
