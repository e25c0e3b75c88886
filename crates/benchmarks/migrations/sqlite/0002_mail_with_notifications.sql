-- E-mails wait with the notifications of every service (crate `notify`, which makes its tables before these).
INSERT INTO notification (id, org_id, lane, kind, address, event, copied, subject, headers, body, written, due, attempts)
SELECT id, '', 'mail', 'email', recipient, 'mail', copied, subject, headers, CAST(body AS BLOB), written, due, attempts FROM benchmark_mail;
INSERT INTO notification_lane (org_id, lane, kind, due, taken, puts, failures)
SELECT '', 'mail', 'email', MIN(due), 0, 1, 0 FROM benchmark_mail HAVING COUNT(*) > 0
ON CONFLICT (org_id, lane) DO NOTHING;
DROP TABLE benchmark_mail;
