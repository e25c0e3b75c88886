-- Up to when a job has done its work, in microseconds.
CREATE TABLE inventory_job_mark (
    job TEXT PRIMARY KEY,
    done INTEGER NOT NULL
);
