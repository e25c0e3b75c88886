import type { Profile } from "../../../api/types";
import { label } from "../../../parts/labels";
import { type Fact, flatten } from "./flatten";
import { readPackage } from "./packages";

type Row = Record<string, string>;

/** A part of what is known of a host: facts by name, or a table. */
export interface Section {
  id: string;
  title: string;
  facts?: Fact[];
  columns?: readonly string[];
  rows?: Row[];
}

export const sizeOf = (section: Section) => section.rows?.length ?? section.facts?.length ?? 0;

/** Members of the profile that belong together. What is named nowhere is in "Other". */
const SYSTEM = [
  "operating_system",
  "os_release",
  "releasever",
  "os_kernel_version",
  "arch",
  "basearch",
  "last_boot_time",
  "systemd",
  "selinux_current_mode",
  "selinux_config_file",
  "tuned_profile",
  "host_type",
  "system_update_method",
  "captured_date",
  "insights_client_version",
  "insights_egg_version",
  "bootc_status",
];
const HARDWARE = [
  "cpu_model",
  "number_of_cpus",
  "number_of_sockets",
  "cores_per_socket",
  "threads_per_core",
  "system_memory_bytes",
  "infrastructure_type",
  "infrastructure_vendor",
  "bios_vendor",
  "bios_version",
  "bios_release_date",
  "virtual_host_uuid",
  "cpu_flags",
];
const CLOUD = [
  "cloud_provider",
  "public_ipv4_addresses",
  "public_dns",
  "is_marketplace",
  "subscription_status",
  "subscription_auto_attach",
  "satellite_managed",
  "katello_agent_running",
  "rhsm",
  "system_purpose",
  "owner_id",
  "rhc_client_id",
  "rhc_config_state",
];
const IDENTITY = [
  "id",
  "insights_id",
  "display_name",
  "fqdn",
  "ansible_host",
  "ip_addresses",
  "mac_addresses",
  "bios_uuid",
  "subscription_manager_id",
  "satellite_id",
  "provider_type",
  "provider_id",
  "openshift_cluster_id",
  "reporter",
  "created",
  "updated",
  "last_check_in",
];

/** Lists that are tables of their own: member, title, columns first. */
const TABLES: [string, string, string[]][] = [
  [
    "network_interfaces",
    "Interfaces",
    ["name", "state", "ipv4_addresses", "ipv6_addresses", "mac_address", "mtu", "type"],
  ],
  ["disk_devices", "Disks", ["device", "mount_point", "type", "label"]],
  ["yum_repos", "Repositories", ["id", "name", "enabled", "gpgcheck", "base_url"]],
  ["dnf_modules", "DNF modules", ["name", "stream"]],
  ["installed_products", "Products", ["id", "name"]],
  ["rpm_ostree_deployments", "Deployments", ["id", "checksum", "origin", "booted"]],
];
const TEXTS: [string, string][] = [
  ["kernel_modules", "Kernel modules"],
  ["running_processes", "Processes"],
  ["gpg_pubkeys", "Package keys"],
  ["installed_packages_delta", "Packages not from the image"],
];

const NO_ID = "00000000-0000-0000-0000-000000000000";

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

function factsOf(from: Record<string, unknown>, names: readonly string[]): Fact[] {
  return names
    .filter(
      name => from[name] !== undefined && from[name] !== null && from[name] !== NO_ID && from[name] !== "",
    )
    .flatMap(name => flatten(from[name], name));
}

function operatingSystem(profile: Profile): Fact[] {
  const os = profile.operating_system as { name?: string; major?: number; minor?: number } | undefined;
  return os?.name ? [{ path: "operating_system", text: `${os.name} ${os.major}.${os.minor}` }] : [];
}

/** The services once, with whether each starts by itself. */
function services(profile: Profile): Row[] {
  const enabled = new Set(texts(profile.enabled_services));
  const all = new Set([...texts(profile.installed_services), ...enabled]);
  return [...all].sort().map(name => ({ name, "starts by itself": enabled.has(name) ? "yes" : "no" }));
}

function table(value: unknown, columns: string[]): { columns: string[]; rows: Row[] } {
  const rows = (Array.isArray(value) ? value : []).map(item =>
    Object.fromEntries(
      Object.entries(item as object).map(([name, member]) => [
        name,
        flatten(member, "")
          .map(({ path, text }) => (path === "" ? text : `${path}=${text}`))
          .join(", "),
      ]),
    ),
  );
  const used = new Set(rows.flatMap(row => Object.keys(row)));
  const first = columns.filter(name => used.has(name));
  return { columns: [...first, ...[...used].filter(name => !first.includes(name))], rows };
}

/** Everything that is known of a host, in sections. Empty ones are left out. */
export function sectionsOf(host: Record<string, unknown>, profile: Profile): Section[] {
  const system = SYSTEM.filter(name => name !== "operating_system");
  const tables = TABLES.map(([member, title, columns]) => ({
    id: member,
    title,
    ...table(profile[member], columns),
  }));
  const packages = texts(profile.installed_packages).map(readPackage);
  const lists = TEXTS.map(([member, title]) => ({
    id: member,
    title,
    columns: ["name"],
    rows: texts(profile[member]).map(name => ({ name })),
  }));
  const named = new Set([
    ...SYSTEM,
    ...HARDWARE,
    ...CLOUD,
    ...TABLES.map(([member]) => member),
    ...TEXTS.map(([member]) => member),
    "installed_packages",
    "installed_services",
    "enabled_services",
  ]);
  const other = Object.fromEntries(Object.entries(profile).filter(([name]) => !named.has(name)));
  const namespaces = Array.isArray(host.facts) ? (host.facts as { namespace: string; facts: unknown }[]) : [];
  const sections: Section[] = [
    { id: "system", title: "System", facts: [...operatingSystem(profile), ...factsOf(profile, system)] },
    { id: "hardware", title: "Hardware", facts: factsOf(profile, HARDWARE) },
    { id: "identity", title: "Identity", facts: factsOf(host, IDENTITY) },
    { id: "cloud", title: "Cloud and subscription", facts: factsOf(profile, CLOUD) },
    {
      id: "packages",
      title: "Packages",
      columns: ["name", "version", "arch"],
      rows: packages.map(({ name, version, arch }) => ({ name, version, arch })),
    },
    { id: "services", title: "Services", columns: ["name", "starts by itself"], rows: services(profile) },
    ...tables,
    ...lists,
    { id: "other", title: "Other", facts: flatten(other, "") },
    ...namespaces.map(({ namespace, facts }) => ({
      id: `facts-${namespace}`,
      title: `Facts of ${namespace}`,
      facts: flatten(facts, ""),
    })),
  ];
  return sections.filter(section => sizeOf(section) > 0);
}

/** The sections with what contains the text, in any case. */
export function found(sections: readonly Section[], text: string): Section[] {
  const wanted = text.toLowerCase();
  const has = (value: string) => value.toLowerCase().includes(wanted);
  const hasName = (path: string) => has(path) || has(label(path));
  return sections
    .map(section => ({
      ...section,
      facts: section.facts?.filter(fact => hasName(fact.path) || has(fact.text)),
      rows: section.rows?.filter(row => Object.values(row).some(has)),
    }))
    .filter(section => sizeOf(section) > 0);
}
