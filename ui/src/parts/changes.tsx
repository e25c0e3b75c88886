import MinusIcon from "@patternfly/react-icons/dist/esm/icons/minus-icon";
import PenIcon from "@patternfly/react-icons/dist/esm/icons/pen-icon";
import PlusIcon from "@patternfly/react-icons/dist/esm/icons/plus-icon";
import type { Change, ChangeKind, Moment } from "../api/fleet";

const MARKS: Record<ChangeKind, { name: string; Icon: typeof PenIcon }> = {
  created: { name: "Created", Icon: PlusIcon },
  updated: { name: "Changed", Icon: PenIcon },
  seen: { name: "Seen", Icon: PenIcon },
  deleted: { name: "Deleted", Icon: MinusIcon },
};

export const kindName = (kind: ChangeKind) => MARKS[kind].name;

/** What happened to a host: colour, sign and word. */
export function KindMark({ kind, bare }: { kind: ChangeKind; bare?: boolean }) {
  const { name, Icon } = MARKS[kind];
  return (
    <span className={`pl-kind pl-kind--${kind}`} title={bare ? name : undefined}>
      <Icon aria-hidden={!bare} aria-label={bare ? name : undefined} role={bare ? "img" : undefined} />
      {!bare && name}
    </span>
  );
}

/** The cause in words: who, or what was done. */
export function causeText({ cause, kind, reporter }: Change): string {
  const by = reporter ? ` by ${reporter}` : "";
  switch (cause) {
    case "report":
      return `${kind === "created" ? "first report" : "report"}${by}`;
    case "profile":
      return `profile${by}`;
    case "check-in":
      return `check-in${by}`;
    case "rename":
      return "renamed";
    case "facts":
      return "facts edited";
    case "group":
      return "group changed";
    case "tags":
      return "tags changed";
    case "delete":
      return "deleted";
    default:
      return cause;
  }
}

const SHORT: Record<string, string> = {
  installed_packages: "packages",
  running_processes: "processes",
  installed_services: "services",
  enabled_services: "enabled services",
  network_interfaces: "interfaces",
  disk_devices: "disks",
  yum_repos: "repositories",
};

export const sectionName = (section: string) => SHORT[section] ?? section.replaceAll("_", " ");

/** What a change was, in a few words: what differs, else why it was written. */
export const whatHappened = (moment: Moment) => whatChanged(moment) || causeText(moment);

/** What differs from the state before, most telling first. */
export function whatChanged(moment: Moment): string {
  if (moment.kind === "created") return "";
  return [...moment.sections, ...moment.fields].map(sectionName).join(", ");
}
