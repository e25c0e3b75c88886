-- People who are logged in to the pages. `digest` is that of what their browser keeps, which itself is nowhere here.
-- `claims` is what their provider said of them at the log-in, as far as anything asks for it.
CREATE TABLE login_session (
    digest TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    iss TEXT COLLATE "C" NOT NULL,
    sub TEXT COLLATE "C" NOT NULL,
    claims TEXT COLLATE "C" NOT NULL,
    id_token TEXT COLLATE "C",
    began BIGINT NOT NULL,
    ends BIGINT NOT NULL
);
CREATE INDEX login_session_person ON login_session (iss, sub, began);
CREATE INDEX login_session_ends ON login_session (ends);
