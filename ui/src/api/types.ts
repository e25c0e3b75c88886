import type { components } from "./generated/inventory";

type Schemas = components["schemas"];

/** The members of a profile that the lists ask for. */
export interface RowProfile {
  operating_system?: { name: string; major: number; minor: number };
  os_release?: string;
  os_kernel_version?: string;
  arch?: string;
  number_of_cpus?: number;
  system_memory_bytes?: number;
  infrastructure_type?: string;
  cpu_model?: string;
}

export type Host = Omit<Schemas["HostOut"], "system_profile"> & { system_profile?: RowProfile | null };
export type Group = Schemas["GroupOut"];
export type Tag = Schemas["TagOut"];

export interface Page<T> {
  total: number;
  count: number;
  page: number;
  per_page: number;
  results: T;
}

export interface CountedTag {
  tag: Tag;
  count: number;
}

/** Tags by the id of their host. */
export type TagsByHost = Record<string, Tag[]>;
export type Profile = Record<string, unknown>;
