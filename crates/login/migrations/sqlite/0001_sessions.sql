-- People who are logged in to the pages. `digest` is that of what their browser keeps, which itself is nowhere here.
-- `claims` is what their provider said of them at the log-in, as far as anything asks for it.
CREATE TABLE login_session (
    digest TEXT NOT NULL PRIMARY KEY,
    iss TEXT NOT NULL,
    sub TEXT NOT NULL,
    claims TEXT NOT NULL,
    id_token TEXT,
    began INTEGER NOT NULL,
    ends INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX login_session_person ON login_session (iss, sub, began);
CREATE INDEX login_session_ends ON login_session (ends);
