-- Which messages of a topic have been taken in, noted in the transaction that stored them: by consumer group and
-- partition, the next offset, what it was before, and digests of the messages stored last.
CREATE TABLE source_mark (
    follower TEXT NOT NULL,
    part TEXT NOT NULL,
    was INTEGER NOT NULL,
    next INTEGER NOT NULL,
    recent BLOB NOT NULL,
    PRIMARY KEY (follower, part)
) STRICT;
