-- Stays empty: nobody reads a write-ahead log here.
CREATE TABLE outbox (
    id BLOB PRIMARY KEY,
    aggregatetype TEXT NOT NULL,
    aggregateid BLOB NOT NULL,
    operation TEXT NOT NULL,
    version TEXT NOT NULL,
    payload TEXT NOT NULL
);
