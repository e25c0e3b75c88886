-- For who reads the write-ahead log (Debezium): rows are written and removed in one transaction.
CREATE TABLE outbox (
    id UUID PRIMARY KEY,
    aggregatetype TEXT NOT NULL,
    aggregateid UUID NOT NULL,
    operation TEXT NOT NULL,
    version TEXT NOT NULL,
    payload JSONB NOT NULL
);
