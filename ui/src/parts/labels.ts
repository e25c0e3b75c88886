/** What people call a fact; the path itself is its title. */
const LABELS: Record<string, string> = {
  operating_system: "Operating system",
  os_release: "Release",
  releasever: "Release pinned to",
  os_kernel_version: "Kernel",
  arch: "Architecture",
  basearch: "Base architecture",
  last_boot_time: "Booted",
  captured_date: "Collected",
  selinux_current_mode: "SELinux now",
  selinux_config_file: "SELinux at boot",
  tuned_profile: "Tuned profile",
  host_type: "Type of host",
  cpu_model: "Processor",
  number_of_cpus: "CPUs",
  number_of_sockets: "Sockets",
  system_memory_bytes: "Memory",
  infrastructure_type: "Kind",
  infrastructure_vendor: "Vendor",
  bios_vendor: "BIOS vendor",
  bios_version: "BIOS version",
  bios_release_date: "BIOS date",
  bios_uuid: "BIOS UUID",
  cpu_flags: "CPU flags",
  id: "Id",
  insights_id: "Insights id",
  fqdn: "FQDN",
  ansible_host: "Ansible host",
  ip_addresses: "IP addresses",
  mac_addresses: "MAC addresses",
  provider_type: "Cloud",
  provider_id: "Cloud id",
  updated: "Last written",
  last_check_in: "Last seen",
  "systemd.state": "Systemd",
  "systemd.failed": "Failed units",
  "systemd.jobs_queued": "Queued jobs",
  "systemd.failed_services": "Failed services",
  rhc_client_id: "RHC client id",
  rhc_config_state: "RHC configuration",
};

/** The label of a fact; a path that has none is put in words. */
export function label(path: string): string {
  const known = LABELS[path];
  if (known !== undefined) return known;
  const words = path.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
