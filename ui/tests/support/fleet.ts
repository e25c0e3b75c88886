/** Reports of a fleet that looks like one: seeded, so that every run has the same machines. */

/** A small generator of numbers (mulberry32). */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Machine {
  name: string;
  insights_id: string;
}

export interface Kind {
  seed?: number;
  /** A higher one has newer packages. */
  generation?: number;
  /** Without the long lists: a big fleet in a short time. */
  lean?: boolean;
  /** All with the system in this place of the list, and not one by chance. */
  system?: number;
}

const ROLES = ["web", "db", "cache", "queue", "batch", "edge", "build", "mail"];
const STAGES = ["prod", "prod", "prod", "stage", "qa", "dev"];
const SITES = ["ams1", "fra2", "iad3", "sin1"];
const TEAMS = ["payments", "search", "platform", "identity", "media"];
const SYSTEMS = [
  { name: "RHEL", major: 9, minor: 4, kernel: "5.14.0-427.13.1.el9_4", share: 0.38, el: "el9" },
  { name: "RHEL", major: 9, minor: 2, kernel: "5.14.0-284.11.1.el9_2", share: 0.14, el: "el9" },
  { name: "RHEL", major: 8, minor: 10, kernel: "4.18.0-553.el8_10", share: 0.22, el: "el8" },
  { name: "CentOS Linux", major: 7, minor: 9, kernel: "3.10.0-1160.el7", share: 0.1, el: "el7" },
] as const;
const CPUS = [
  "AMD EPYC 7571 32-Core Processor",
  "Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz",
  "AMD EPYC 9354 32-Core Processor",
];
const PACKAGES = [
  "bash",
  "coreutils",
  "curl",
  "glibc",
  "openssl",
  "openssl-libs",
  "systemd",
  "kernel",
  "zlib",
  "python3",
  "sudo",
  "nginx",
  "postgresql-server",
  "redis",
  "rsyslog",
  "chrony",
  "vim-minimal",
  "tzdata",
  "ca-certificates",
  "dbus",
  "NetworkManager",
  "firewalld",
  "selinux-policy",
  "openssh-server",
  "openssh-clients",
  "rpm",
  "dnf",
  "grub2",
  "gzip",
  "xz",
  "tar",
  "sed",
  "grep",
  "gawk",
  "findutils",
  "iproute",
  "iptables-nft",
  "kmod",
  "util-linux",
  "libcurl",
];
const SERVICES = [
  "sshd",
  "chronyd",
  "rsyslog",
  "firewalld",
  "NetworkManager",
  "crond",
  "dbus-broker",
  "auditd",
];
const MODULES = [
  "nf_tables",
  "xfs",
  "dm_mod",
  "virtio_net",
  "virtio_blk",
  "ip_tables",
  "overlay",
  "br_netfilter",
];

const hex = (number: number, length: number) =>
  Math.floor(number).toString(16).padStart(length, "0").slice(-length);

function uuid(next: () => number): string {
  const part = (length: number) => Array.from({ length }, () => hex(next() * 16, 1)).join("");
  return `${part(8)}-${part(4)}-4${part(3)}-a${part(3)}-${part(12)}`;
}

const pick = <T>(from: readonly T[], next: () => number): T => from[Math.floor(next() * from.length)] as T;

function system(next: () => number) {
  let at = next();
  for (const each of SYSTEMS) {
    if (at < each.share) return each;
    at -= each.share;
  }
  return undefined;
}

/** The envelope of one report, as a line for `plumbline ingest`. */
export function report(
  index: number,
  { seed = 1, generation = 0, lean = false, system: fixed }: Kind = {},
): { line: string; machine: Machine } {
  const next = random(seed * 1_000_003 + index);
  const role = pick(ROLES, next);
  const stage = pick(STAGES, next);
  const site = pick(SITES, next);
  const name = `${role}-${String(index).padStart(5, "0")}.${stage}.${site}.example.com`;
  const insights_id = uuid(next);
  const drawn = system(next);
  const os = fixed === undefined ? drawn : SYSTEMS[fixed];
  const packages = PACKAGES.map((package_, at) => {
    const patch =
      1 + ((at * 7 + Math.floor(next() * 1.2)) % 9) + (at % 13 === generation % 13 ? generation : 0);
    return `${package_}-0:${1 + (at % 5)}.${at % 12}.${patch}-${1 + (at % 4)}.${os?.el ?? "deb12"}.x86_64`;
  });
  for (let at = 0; at < 400; at += 1)
    packages.push(`lib-${at}-0:1.${at % 20}.0-1.${os?.el ?? "deb12"}.x86_64`);
  const cpus = pick([2, 4, 8, 16, 32, 64], next);
  const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
  const mac = `52:54:00:${hex(index >> 16, 2)}:${hex(index >> 8, 2)}:${hex(index, 2)}`;
  const data = {
    org_id: "local",
    reporter: pick(["puptoo", "puptoo", "puptoo", "rhsm-conduit", "yupana"], next),
    insights_id,
    fqdn: name,
    ip_addresses: [address],
    mac_addresses: [mac],
    ...(next() < 0.4
      ? {
          provider_type: pick(["aws", "azure", "gcp"], next),
          provider_id: `i-${hex(next() * 2 ** 32, 8)}${index}`,
        }
      : {}),
    tags: {
      ops: { env: [stage], site: [site], ...(next() < 0.7 ? { team: [pick(TEAMS, next)] } : {}) },
      ...(next() < 0.3 ? { app: { [role]: [] } } : {}),
    },
    facts: [{ namespace: "rack", facts: { row: `${site}-${index % 12}`, unit: index % 42, managed: true } }],
    system_profile: {
      ...(os ? { operating_system: { name: os.name, major: os.major, minor: os.minor } } : {}),
      os_release: os ? `${os.major}.${os.minor}` : "Debian GNU/Linux 12 (bookworm)",
      os_kernel_version: os?.kernel.split("-")[0] ?? "6.1.0",
      arch: "x86_64",
      cpu_model: pick(CPUS, next),
      number_of_cpus: cpus,
      number_of_sockets: cpus > 16 ? 2 : 1,
      cores_per_socket: cpus > 16 ? cpus / 2 : cpus,
      threads_per_core: 2,
      system_memory_bytes: cpus * 4 * 1024 ** 3,
      infrastructure_type: next() < 0.7 ? "virtual" : "physical",
      infrastructure_vendor: "kvm",
      bios_vendor: "SeaBIOS",
      bios_version: "1.16.3",
      last_boot_time: `2026-11-${String(1 + (index % 20)).padStart(2, "0")}T03:12:00+00:00`,
      selinux_current_mode: "enforcing",
      tuned_profile: "throughput-performance",
      cpu_flags: ["fpu", "vme", "sse4_2", "avx2", "aes", "rdrand", "hypervisor"],
      kernel_modules: MODULES.slice(0, 5 + (index % 4)),
      installed_packages: packages,
      installed_services: SERVICES,
      enabled_services: SERVICES.slice(0, 6),
      running_processes: ["systemd", "sshd", "chronyd", role === "web" ? "nginx" : "java"],
      network_interfaces: [
        { name: "lo", state: "UNKNOWN", type: "loopback", mtu: 65_536, ipv4_addresses: ["127.0.0.1"] },
        { name: "eth0", state: "UP", type: "ether", mtu: 1_500, mac_address: mac, ipv4_addresses: [address] },
      ],
      disk_devices: [
        { device: "/dev/vda1", label: "root", type: "xfs", mount_point: "/" },
        { device: "/dev/vdb1", label: "data", type: "xfs", mount_point: "/var/lib/data" },
      ],
      yum_repos: [
        {
          id: "baseos",
          name: "BaseOS",
          enabled: true,
          gpgcheck: true,
          base_url: "https://repo.example.com/baseos",
        },
        {
          id: "appstream",
          name: "AppStream",
          enabled: true,
          gpgcheck: true,
          base_url: "https://repo.example.com/appstream",
        },
      ],
      systemd: { state: "running", failed: 0, jobs_queued: 0 },
    },
  };
  if (lean) {
    const { installed_packages, kernel_modules, yum_repos, ...rest } = data.system_profile;
    return { line: envelope({ ...data, system_profile: rest }), machine: { name, insights_id } };
  }
  return { line: envelope(data), machine: { name, insights_id } };
}

/** The report of a machine that has other facts than by chance. */
export function reportWith(index: number, profile: Record<string, unknown>, kind: Kind = {}): string {
  const line = JSON.parse(report(index, kind).line);
  Object.assign(line.data.system_profile, profile);
  return JSON.stringify(line);
}

const IDENTITY = Buffer.from(
  JSON.stringify({ identity: { org_id: "local", type: "User", auth_type: "basic-auth" } }),
).toString("base64");

/** Any data of a host in the envelope that the ingress takes. */
function envelope(data: Record<string, unknown>): string {
  return JSON.stringify({ operation: "add_host", platform_metadata: { b64_identity: IDENTITY }, data });
}
