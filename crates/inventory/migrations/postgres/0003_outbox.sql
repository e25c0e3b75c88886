-- For who reads the write-ahead log (Debezium): rows are written and removed in one transaction.
CREATE TABLE outbox (
    id UUID PRIMARY KEY,
    aggregatetype VARCHAR(255) NOT NULL,
    aggregateid UUID NOT NULL,
    operation VARCHAR(255) NOT NULL,
    version VARCHAR(50) NOT NULL,
    payload JSONB NOT NULL
);
