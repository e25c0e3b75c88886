import type { ReactNode } from "react";
import type { LastChange } from "../../api/fleet";
import type { Order } from "../../api/search";
import type { Host, Tag } from "../../api/types";
import { whatHappened } from "../../parts/changes";
import { bytes } from "../../parts/format";
import { osName } from "../../parts/os";
import { QuickLink } from "../../parts/QuickLink";
import { RelativeTime } from "../../parts/RelativeTime";
import { Staleness } from "../../parts/staleness";
import { TagList } from "../../parts/TagList";
import { visible } from "../../parts/visible";

export interface Column {
  id: string;
  title: string;
  /** Its share of the width, in pixels at least. */
  width: number;
  /** Grows with the window. */
  wide?: boolean;
  order?: Order;
  /** The direction that the first click asks for. */
  first?: "ASC" | "DESC";
  numeric?: boolean;
  usual?: boolean;
  cell: (host: Host, beside: Beside) => ReactNode;
}

/** What is asked for beside the hosts themselves; not set while it is on its way. */
export interface Beside {
  tags?: Tag[];
  change?: LastChange;
}

const NONE = "00000000-0000-0000-0000-000000000000";
const code = (text: string | null | undefined) =>
  text && text !== NONE ? <code title={text}>{text}</code> : null;
const list = (texts: string[] | null | undefined) =>
  texts && texts.length > 0 ? (
    <span title={texts.join("\n")}>
      {texts[0]}
      {texts.length > 1 && <span className="pl-tags__more"> +{texts.length - 1}</span>}
    </span>
  ) : null;

/** Every column there is; the address names those that are shown. */
export const COLUMNS: readonly Column[] = [
  {
    id: "name",
    title: "Name",
    width: 240,
    wide: true,
    order: "display_name",
    first: "ASC",
    usual: true,
    cell: host => (
      <QuickLink to={`/hosts/${host.id}`} className="pl-name" title={visible(host.display_name)}>
        {visible(host.display_name)}
      </QuickLink>
    ),
  },
  { id: "state", title: "State", width: 92, usual: true, cell: host => <Staleness host={host} /> },
  {
    id: "os",
    title: "System",
    width: 160,
    order: "operating_system",
    first: "ASC",
    usual: true,
    cell: host => osName(host.system_profile),
  },
  {
    id: "group",
    title: "Group",
    width: 130,
    order: "group_name",
    first: "ASC",
    usual: true,
    cell: host => {
      const group = host.groups[0];
      return group && !group.ungrouped ? (
        <QuickLink to={`/groups/${group.id}`} className="pl-quiet-link" title={visible(group.name)}>
          {visible(group.name)}
        </QuickLink>
      ) : null;
    },
  },
  {
    id: "tags",
    title: "Tags",
    width: 250,
    wide: true,
    usual: true,
    cell: (_, { tags }) => (tags ? <TagList tags={tags} /> : <span className="pl-bone" />),
  },
  {
    id: "cpus",
    title: "CPUs",
    width: 64,
    numeric: true,
    usual: true,
    cell: host => host.system_profile?.number_of_cpus,
  },
  {
    id: "memory",
    title: "Memory",
    width: 84,
    numeric: true,
    usual: true,
    cell: host => {
      const memory = host.system_profile?.system_memory_bytes;
      return memory === undefined ? null : bytes(memory);
    },
  },
  {
    id: "seen",
    title: "Last seen",
    width: 104,
    numeric: true,
    order: "last_check_in",
    first: "DESC",
    usual: true,
    cell: host => <RelativeTime at={host.last_check_in} />,
  },
  {
    id: "updated",
    title: "Changed",
    width: 190,
    usual: true,
    cell: (host, { change }) =>
      change ? (
        <QuickLink
          to={`/hosts/${host.id}?at=${change.seq}`}
          className="pl-quiet-link pl-changed"
          title={whatHappened(change)}
        >
          <RelativeTime at={change.at} /> <span className="pl-subtle">{whatHappened(change)}</span>
        </QuickLink>
      ) : (
        <span className="pl-bone" />
      ),
  },
  {
    id: "created",
    title: "Created",
    width: 104,
    numeric: true,
    cell: host => <RelativeTime at={host.created} />,
  },
  { id: "fqdn", title: "FQDN", width: 220, cell: host => <span title={host.fqdn ?? ""}>{host.fqdn}</span> },
  { id: "kernel", title: "Kernel", width: 190, cell: host => code(host.system_profile?.os_kernel_version) },
  { id: "arch", title: "Architecture", width: 104, cell: host => host.system_profile?.arch },
  { id: "cpu", title: "Processor", width: 220, cell: host => host.system_profile?.cpu_model },
  { id: "kind", title: "Kind", width: 90, cell: host => host.system_profile?.infrastructure_type },
  { id: "ip", title: "Addresses", width: 150, cell: host => list(host.ip_addresses) },
  { id: "reporter", title: "Reporter", width: 130, cell: host => host.reporter },
  { id: "provider", title: "Cloud", width: 90, cell: host => host.provider_type },
  { id: "insights_id", title: "Insights id", width: 290, cell: host => code(host.insights_id) },
  { id: "id", title: "Id", width: 290, cell: host => code(host.id) },
];

export const USUAL = COLUMNS.filter(column => column.usual).map(column => column.id);

/** The columns of these ids, in the order of the table; the name is always there. */
export function chosenColumns(ids: readonly string[] | undefined): readonly Column[] {
  const wanted = new Set(ids ?? USUAL);
  return COLUMNS.filter(column => column.id === "name" || wanted.has(column.id));
}
