-- Which messages of a topic have been taken in, noted in the transaction that stored them: by consumer group and
-- partition, the next offset, what it was before, and digests of the messages stored last.
CREATE TABLE source_mark (
    follower TEXT COLLATE "C" NOT NULL,
    part TEXT COLLATE "C" NOT NULL,
    was BIGINT NOT NULL,
    next BIGINT NOT NULL,
    recent BYTEA NOT NULL,
    PRIMARY KEY (follower, part)
);
