-- Two organisations: one with settings, two groups and three hosts, another with one host that has nothing.
SET LOCAL search_path TO hbi;
INSERT INTO groups VALUES
    ('00000000-0000-4000-8000-0000000000a1', 'acme', '1', 'Ungrouped Hosts', TRUE, '2024-01-01 00:00:00+00', '2024-01-01 00:00:00+00'),
    ('00000000-0000-4000-8000-0000000000a2', 'acme', '1', 'web', FALSE, '2024-01-02 00:00:00+00', '2024-01-03 00:00:00+00');
INSERT INTO staleness VALUES ('00000000-0000-4000-8000-0000000000b1', 'acme', 100000, 200000, 2000000000, '2024-01-01 00:00:00+00', '2024-01-05 00:00:00+00');
INSERT INTO hbi_metadata VALUES ('stale_host_notification', 'job', '2024-03-01 08:00:00+00');
INSERT INTO hosts (org_id, id, account, display_name, display_name_reporter, ansible_host, created_on, modified_on, facts, tags, tags_alt, groups,
        last_check_in, reporter, per_reporter_staleness, reporters, insights_id, subscription_manager_id, fqdn, ip_addresses, mac_addresses, host_type)
    VALUES
    ('acme', '00000000-0000-4000-8000-000000000001', '1', 'web one', 'API', 'one.ansible', '2024-02-01 08:00:00.123456+00', '2024-03-01 08:00:00+00',
        '{"rhsm": {"SYNC": true, "nested": {"a": [1, 2]}}}', '{"prod": {"env": ["live", "blue"], "flag": []}}',
        '[{"namespace": "prod", "key": "env", "value": "live"}]',
        '[{"id": "00000000-0000-4000-8000-0000000000a2", "org_id": "acme", "account": "1", "name": "web", "ungrouped": false, "created": "2024-01-02T00:00:00+00:00", "updated": "2024-01-03T00:00:00+00:00", "host_count": 1}]',
        '2024-03-01 07:59:59+00', 'puptoo', '{"puptoo": "2024-03-01T07:59:59+00:00", "yupana": "2024-02-01T08:00:00+00:00"}', '{puptoo,yupana}',
        '3f2c6a52-4d3c-4a55-8d6f-0a4d2f6b7c11', '3f2c6a52-4d3c-4a55-8d6f-0a4d2f6b7c12', 'one.example.com', '["10.0.0.1"]', '["52:54:00:00:00:01"]', 'conventional'),
    ('acme', '00000000-0000-4000-8000-000000000002', NULL, 'two', NULL, NULL, '2024-02-01 08:00:00+00', '2024-03-02 08:00:00+00',
        '{}', '{}', '[]', '[]', '2024-03-02 08:00:00+00', 'puptoo', '{"puptoo": "2024-03-02T08:00:00+00:00"}', '{puptoo}',
        '3f2c6a52-4d3c-4a55-8d6f-0a4d2f6b7c21', NULL, 'two.example.com', NULL, NULL, NULL),
    ('acme', '00000000-0000-4000-8000-000000000003', NULL, 'three', NULL, NULL, '2024-02-01 08:00:00+00', '2024-03-03 08:00:00+00',
        '{}', '{}', '[]', '[{"id": "00000000-0000-4000-8000-0000000000a1", "org_id": "acme", "account": "1", "name": "Ungrouped Hosts", "ungrouped": true, "created": "2024-01-01T00:00:00+00:00", "updated": "2024-01-01T00:00:00+00:00", "host_count": 1}]',
        '2024-03-03 08:00:00+00', 'puptoo', '{"puptoo": "2024-03-03T08:00:00+00:00"}', '{puptoo}',
        '00000000-0000-0000-0000-000000000000', NULL, 'three.example.com', NULL, NULL, 'edge'),
    ('other', '00000000-0000-4000-8000-000000000004', NULL, 'four', NULL, NULL, '2024-02-01 08:00:00+00', '2024-03-04 08:00:00+00',
        NULL, NULL, NULL, '[]', '2024-03-04 08:00:00+00', 'puptoo', '{}', '{}',
        '3f2c6a52-4d3c-4a55-8d6f-0a4d2f6b7c41', NULL, NULL, NULL, NULL, NULL);
INSERT INTO hosts_groups VALUES
    ('acme', '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-0000000000a2'),
    ('acme', '00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-0000000000a2'),
    ('acme', '00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO system_profiles_static (org_id, host_id, arch, number_of_cpus, operating_system, owner_id, satellite_managed, enabled_services, yum_repos)
    VALUES ('acme', '00000000-0000-4000-8000-000000000001', 'x86_64', 4, '{"name": "RHEL", "major": 9, "minor": 4}',
        '3f2c6a52-4d3c-4a55-8d6f-0a4d2f6b7c12', FALSE, '{sshd,chronyd}', ARRAY['{"id": "base", "name": "base", "enabled": true}'::jsonb]);
INSERT INTO system_profiles_static (org_id, host_id, host_type) VALUES ('acme', '00000000-0000-4000-8000-000000000003', 'edge');
INSERT INTO system_profiles_dynamic (org_id, host_id, captured_date, installed_packages, network_interfaces, system_memory_bytes, workloads)
    VALUES ('acme', '00000000-0000-4000-8000-000000000001', '2024-03-01 07:59:58+00', '{bash-0:5.1-1.x86_64,vim-0:9.0-1.x86_64}',
        '[{"name": "eth0", "ipv4_addresses": ["10.0.0.1"]}]', 8589934592, '{"sap": {"sap_system": true}}');
INSERT INTO hosts_app_data_advisor VALUES ('acme', '00000000-0000-4000-8000-000000000001', '2024-03-01 09:00:00+00', 5, 1, 0, 2, NULL, 3);
INSERT INTO hosts_app_data_compliance (org_id, host_id, last_updated, policies, last_scan)
    VALUES ('acme', '00000000-0000-4000-8000-000000000001', '2024-03-01 09:00:00+00', '[{"id": "00000000-0000-4000-8000-0000000000c1", "name": "cis"}]', '2024-02-28 00:00:00+00');
