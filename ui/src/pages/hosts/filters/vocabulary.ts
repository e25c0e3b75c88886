import type { HostSearch, Many, Single } from "../../../api/search";
import { filterText } from "../../../api/tags";
import { OPERATORS, readWhere } from "../../../api/where";
import { exact } from "../../../parts/format";
import { label } from "../../../parts/labels";
import { AGES } from "../../../parts/staleness";

/** What the inventory takes for these filters; it refuses the rest. */
export const PROVIDERS = ["alibaba", "aws", "azure", "discovery", "gcp", "ibm"];
export const SYSTEM_TYPES = ["conventional", "bootc", "edge", "cluster"];
const REPORTERS = ["puptoo", "rhsm-conduit", "yupana", "satellite", "discovery", "cloud-connector"];

export const REGISTRATIONS = [
  { value: "insights", name: "has an insights id" },
  ...REPORTERS.map(name => ({ value: name, name: `reported by ${name}` })),
  ...REPORTERS.map(name => ({ value: `!${name}`, name: `silent: ${name}` })),
];

/** Whether the list can be narrowed to this reporter. */
export const isKnownReporter = (name: string) => REPORTERS.includes(name);

/** How people call a filter. */
export const NAMES_OF: Record<Single | Many, string> = {
  q: "Question",
  hostname_or_id: "Name or id",
  display_name: "Display name",
  fqdn: "FQDN",
  insights_id: "Insights id",
  subscription_manager_id: "Subscription id",
  provider_id: "Cloud id",
  provider_type: "Cloud",
  os: "System",
  os_release: "Release",
  os_kernel_version: "Kernel",
  updated_start: "Written from",
  updated_end: "Written until",
  last_check_in_start: "Seen from",
  last_check_in_end: "Seen until",
  staleness: "State",
  tags: "Tag",
  group_name: "Group",
  group_id: "Group",
  registered_with: "Reporter",
  system_type: "Type",
  where: "Fact",
};

/** A value as people read it. */
export function valueText(name: Single | Many, value: string): string {
  if (name.endsWith("_start") || name.endsWith("_end")) {
    return Number.isNaN(Date.parse(value)) ? value : exact(value);
  }
  if (name === "where") return whereWords(value);
  if (name === "staleness") return AGES.find(each => each.age === value)?.name ?? value;
  if (name === "tags") return filterText(value);
  if (name === "group_name" && value === "") return "no group";
  if (name === "registered_with") return REGISTRATIONS.find(each => each.value === value)?.name ?? value;
  return value;
}

/** A condition on a fact in words: `Failed units at least 1`. */
function whereWords(text: string): string {
  const where = readWhere(text);
  if (!where) return text;
  const { path, operator, value } = where;
  if (value === "nil" || value === "not_nil") {
    const isThere = (value === "not_nil") === (operator !== "!=");
    return `${label(path)} ${isThere ? "is known" : "is not known"}`;
  }
  const isMoment = path.endsWith("_time") || path.endsWith("_date");
  const said = isMoment && !Number.isNaN(Date.parse(value)) ? exact(value) : value;
  return `${label(path)} ${OPERATORS[operator].name} ${said}`;
}

/** A search without any filter. */
export function unfiltered(search: HostSearch): HostSearch {
  const { order_by, order_how, per_page, view, columns } = search;
  return { order_by, order_how, per_page, view, columns };
}
