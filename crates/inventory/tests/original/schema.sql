-- The tables of the original as its newest migration leaves them (contract inventory-events §13).
CREATE SCHEMA hbi;
SET LOCAL search_path TO hbi;
CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY);
INSERT INTO alembic_version VALUES ('286f3c4f6e4f');
CREATE TABLE hosts (
    org_id VARCHAR(36) NOT NULL, id UUID NOT NULL, account VARCHAR(10), display_name VARCHAR(200), display_name_reporter VARCHAR(255),
    ansible_host VARCHAR(255), created_on TIMESTAMPTZ, modified_on TIMESTAMPTZ, facts JSONB, tags JSONB, tags_alt JSONB,
    groups JSONB NOT NULL, last_check_in TIMESTAMPTZ, reporter VARCHAR(255) NOT NULL, per_reporter_staleness JSONB NOT NULL DEFAULT '{}',
    reporters VARCHAR(255)[] NOT NULL DEFAULT '{}', insights_id UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    subscription_manager_id VARCHAR(36), bios_uuid VARCHAR(36), satellite_id VARCHAR(255), fqdn VARCHAR(255), ip_addresses JSONB,
    mac_addresses JSONB, provider_id VARCHAR(500), provider_type VARCHAR(50), openshift_cluster_id UUID, host_type VARCHAR(12),
    canonical_facts_version INTEGER, is_virtual BOOLEAN, CONSTRAINT hosts_pkey PRIMARY KEY (org_id, id)
) PARTITION BY HASH (org_id);
CREATE TABLE hosts_p0 PARTITION OF hosts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hosts_p1 PARTITION OF hosts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE system_profiles_static (
    org_id VARCHAR(36) NOT NULL, host_id UUID NOT NULL, insights_id UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    arch VARCHAR(50), basearch VARCHAR(50), bios_release_date VARCHAR(50), insights_client_version VARCHAR(50), bios_vendor VARCHAR(100),
    bios_version VARCHAR(100), cloud_provider VARCHAR(100), cpu_model VARCHAR(100), infrastructure_type VARCHAR(100),
    infrastructure_vendor VARCHAR(100), os_release VARCHAR(100), releasever VARCHAR(100), subscription_auto_attach VARCHAR(100),
    subscription_status VARCHAR(100), greenboot_status VARCHAR(5), host_type VARCHAR(12), os_kernel_version VARCHAR(20),
    selinux_config_file VARCHAR(128), selinux_current_mode VARCHAR(10), system_update_method VARCHAR(10), tuned_profile VARCHAR(256),
    cores_per_socket INTEGER, number_of_cpus INTEGER, number_of_sockets INTEGER, threads_per_core INTEGER,
    greenboot_fallback_detected BOOLEAN, is_marketplace BOOLEAN, katello_agent_running BOOLEAN, satellite_managed BOOLEAN,
    owner_id UUID, rhc_client_id UUID, rhc_config_state UUID, virtual_host_uuid UUID, bootc_status JSONB, conversions JSONB,
    image_builder JSONB, operating_system JSONB, rhsm JSONB, system_purpose JSONB, third_party_services JSONB, disk_devices JSONB[],
    dnf_modules JSONB[], rpm_ostree_deployments JSONB[], yum_repos JSONB[], enabled_services VARCHAR(512)[], gpg_pubkeys VARCHAR(512)[],
    installed_packages_delta VARCHAR(512)[], installed_services VARCHAR(512)[], public_dns VARCHAR(100)[], public_ipv4_addresses VARCHAR(15)[],
    PRIMARY KEY (org_id, host_id),
    CONSTRAINT fk_system_profiles_static_hosts FOREIGN KEY (org_id, host_id) REFERENCES hosts (org_id, id) ON DELETE CASCADE
) PARTITION BY HASH (org_id);
CREATE TABLE system_profiles_static_p0 PARTITION OF system_profiles_static FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE system_profiles_dynamic (
    org_id VARCHAR(36) NOT NULL, host_id UUID NOT NULL, insights_id UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    captured_date TIMESTAMPTZ, last_boot_time TIMESTAMPTZ, running_processes VARCHAR[], installed_packages VARCHAR[], cpu_flags VARCHAR[],
    kernel_modules VARCHAR[], network_interfaces JSONB, installed_products JSONB, systemd JSONB, workloads JSONB,
    insights_egg_version VARCHAR(50), system_memory_bytes BIGINT, PRIMARY KEY (org_id, host_id),
    FOREIGN KEY (org_id, host_id) REFERENCES hosts (org_id, id) ON DELETE CASCADE
) PARTITION BY HASH (org_id);
CREATE TABLE system_profiles_dynamic_p0 PARTITION OF system_profiles_dynamic FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE groups (
    id UUID PRIMARY KEY, org_id VARCHAR(36) NOT NULL, account VARCHAR(10), name VARCHAR(255) NOT NULL, ungrouped BOOLEAN NOT NULL DEFAULT FALSE,
    created_on TIMESTAMPTZ NOT NULL, modified_on TIMESTAMPTZ NOT NULL
);
CREATE TABLE hosts_groups (
    org_id VARCHAR(36) NOT NULL, host_id UUID NOT NULL, group_id UUID NOT NULL REFERENCES groups, PRIMARY KEY (org_id, host_id, group_id),
    CONSTRAINT fk_hosts_groups_on_hosts FOREIGN KEY (org_id, host_id) REFERENCES hosts (org_id, id) ON DELETE CASCADE
) PARTITION BY HASH (org_id);
CREATE TABLE hosts_groups_p0 PARTITION OF hosts_groups FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE staleness (
    id UUID PRIMARY KEY, org_id VARCHAR(36) NOT NULL CONSTRAINT staleness_org_id_key UNIQUE, conventional_time_to_stale INTEGER NOT NULL,
    conventional_time_to_stale_warning INTEGER NOT NULL, conventional_time_to_delete INTEGER NOT NULL, created_on TIMESTAMPTZ NOT NULL,
    modified_on TIMESTAMPTZ NOT NULL
);
CREATE TABLE hbi_metadata (name VARCHAR, type VARCHAR, last_succeeded TIMESTAMPTZ NOT NULL, PRIMARY KEY (name, type));
CREATE TABLE hosts_app_data_advisor (
    org_id VARCHAR(36) NOT NULL, host_id UUID NOT NULL, last_updated TIMESTAMPTZ NOT NULL, recommendations INTEGER, incidents INTEGER,
    critical INTEGER, important INTEGER, moderate INTEGER, low INTEGER, PRIMARY KEY (org_id, host_id)
);
CREATE TABLE hosts_app_data_vulnerability (
    org_id VARCHAR(36) NOT NULL, host_id UUID NOT NULL, last_updated TIMESTAMPTZ NOT NULL, total_cves INTEGER, critical_cves INTEGER,
    important_cves INTEGER, cves_with_security_rules INTEGER, cves_with_known_exploits INTEGER, PRIMARY KEY (org_id, host_id)
);
CREATE TABLE hosts_app_data_patch (
    org_id VARCHAR(36) NOT NULL, host_id UUID NOT NULL, last_updated TIMESTAMPTZ NOT NULL, advisories_rhsa_applicable INTEGER,
    advisories_rhba_applicable INTEGER, advisories_rhea_applicable INTEGER, advisories_other_applicable INTEGER,
    advisories_rhsa_installable INTEGER, advisories_rhba_installable INTEGER, advisories_rhea_installable INTEGER,
    advisories_other_installable INTEGER, packages_applicable INTEGER, packages_installable INTEGER, packages_installed INTEGER,
    template_name VARCHAR(255), template_uuid UUID, PRIMARY KEY (org_id, host_id)
);
CREATE TABLE hosts_app_data_remediations (
    org_id VARCHAR(36) NOT NULL, host_id UUID NOT NULL, last_updated TIMESTAMPTZ NOT NULL, remediations_plans INTEGER, PRIMARY KEY (org_id, host_id)
);
CREATE TABLE hosts_app_data_compliance (
    org_id VARCHAR(36) NOT NULL, host_id UUID NOT NULL, last_updated TIMESTAMPTZ NOT NULL, policies JSONB, last_scan TIMESTAMPTZ,
    policies_count INTEGER GENERATED ALWAYS AS (CASE WHEN policies IS NULL THEN 0 ELSE jsonb_array_length(policies) END) STORED,
    PRIMARY KEY (org_id, host_id)
);
CREATE TABLE hosts_app_data_malware (
    org_id VARCHAR(36) NOT NULL, host_id UUID NOT NULL, last_updated TIMESTAMPTZ NOT NULL, last_status VARCHAR(50), last_matches INTEGER,
    total_matches INTEGER, last_scan TIMESTAMPTZ, PRIMARY KEY (org_id, host_id)
);
