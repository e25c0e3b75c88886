import BellIcon from "@patternfly/react-icons/dist/esm/icons/bell-icon";
import ChartLineIcon from "@patternfly/react-icons/dist/esm/icons/chart-line-icon";
import ClipboardCheckIcon from "@patternfly/react-icons/dist/esm/icons/clipboard-check-icon";
import ClipboardListIcon from "@patternfly/react-icons/dist/esm/icons/clipboard-list-icon";
import ColumnsIcon from "@patternfly/react-icons/dist/esm/icons/columns-icon";
import CubeIcon from "@patternfly/react-icons/dist/esm/icons/cube-icon";
import HistoryIcon from "@patternfly/react-icons/dist/esm/icons/history-icon";
import NetworkIcon from "@patternfly/react-icons/dist/esm/icons/network-icon";
import ObjectGroupIcon from "@patternfly/react-icons/dist/esm/icons/object-group-icon";
import ServerIcon from "@patternfly/react-icons/dist/esm/icons/server-icon";
import TachometerAltIcon from "@patternfly/react-icons/dist/esm/icons/tachometer-alt-icon";
import TagIcon from "@patternfly/react-icons/dist/esm/icons/tag-icon";
import { useQuery } from "@tanstack/react-query";
import type { NavigateOptions } from "@tanstack/react-router";
import { addressSearch, isLikelyAddress } from "../../api/addresses";
import { packageSearch } from "../../api/packages";
import { groupSearch, hostPage, tagSearch } from "../../api/queries";
import { tagFilter, tagText } from "../../api/tags";
import { counted } from "../../parts/format";
import { groupName, osName } from "../../parts/os";
import { visible } from "../../parts/visible";

export interface Finding {
  key: string;
  name: string;
  note: string;
  Icon: typeof ServerIcon;
  to: NavigateOptions;
}

interface Section {
  name: string;
  findings: Finding[];
}

const PAGES: Finding[] = [
  { key: "/", name: "Overview", note: "the fleet in pictures", Icon: TachometerAltIcon, to: { to: "/" } },
  { key: "/hosts", name: "Hosts", note: "every host", Icon: ServerIcon, to: { to: "/hosts" } },
  { key: "/groups", name: "Groups", note: "every group", Icon: ObjectGroupIcon, to: { to: "/groups" } },
  {
    key: "/changes",
    name: "Changes",
    note: "what changed, and where",
    Icon: HistoryIcon,
    to: { to: "/changes" },
  },
  { key: "/packages", name: "Packages", note: "versions and hosts", Icon: CubeIcon, to: { to: "/packages" } },
  { key: "/compare", name: "Compare", note: "side by side", Icon: ColumnsIcon, to: { to: "/compare" } },
  {
    key: "/compare/outliers",
    name: "Odd ones",
    note: "what sets hosts apart",
    Icon: ColumnsIcon,
    to: { to: "/compare/outliers" },
  },
  {
    key: "/baselines",
    name: "Baselines",
    note: "what hosts should be",
    Icon: ClipboardCheckIcon,
    to: { to: "/baselines" },
  },
  { key: "/dashboards", name: "Metrics", note: "dashboards", Icon: ChartLineIcon, to: { to: "/dashboards" } },
  {
    key: "/dashboards/alerts",
    name: "Alerts",
    note: "what fires",
    Icon: BellIcon,
    to: { to: "/dashboards/alerts" },
  },
  {
    key: "/dashboards/series",
    name: "Series",
    note: "what makes how many series of metrics",
    Icon: ChartLineIcon,
    to: { to: "/dashboards/series" },
  },
  {
    key: "/causes",
    name: "Causes of drift",
    note: "why hosts are not as they should be",
    Icon: ClipboardCheckIcon,
    to: { to: "/causes" },
  },
  {
    key: "/notifications",
    name: "Notifications",
    note: "who is told, and what could not be delivered",
    Icon: BellIcon,
    to: { to: "/notifications" },
  },
  {
    key: "/audit",
    name: "Audit log",
    note: "who changed what, and when",
    Icon: ClipboardListIcon,
    to: { to: "/audit" },
  },
  {
    key: "/benchmarks",
    name: "Benchmarks",
    note: "results",
    Icon: TachometerAltIcon,
    to: { to: "/benchmarks" },
  },
];

const MOST = 7;

/** What is called so: hosts, tags, groups and pages. Without a text the pages, and the hosts last seen. */
export function useFindings(text: string) {
  const hosts = useQuery(
    hostPage(text === "" ? { order_by: "last_check_in" } : { hostname_or_id: text }, 1, MOST),
  );
  const tags = useQuery({ ...tagSearch(text, MOST), enabled: text !== "" });
  const groups = useQuery({ ...groupSearch({ name: text, per_page: MOST }), enabled: text !== "" });
  const addresses = useQuery({ ...addressSearch(text, MOST), enabled: isLikelyAddress(text) });
  const packages = useQuery({ ...packageSearch(text, MOST), enabled: text !== "" });
  const pages = PAGES.filter(page => page.name.toLowerCase().includes(text.toLowerCase()));

  const sections: Section[] = [
    {
      name: text === "" ? "Seen last" : "Hosts",
      findings: (hosts.data?.results ?? []).map(host => ({
        key: host.id,
        name: host.display_name,
        note: [osName(host.system_profile), groupName(host)].filter(Boolean).join(" · "),
        Icon: ServerIcon,
        to: { to: "/hosts/$id", params: { id: host.id } },
      })),
    },
    {
      name: "Addresses",
      findings: (isLikelyAddress(text) ? (addresses.data?.addresses ?? []) : []).map(found => ({
        key: `${found.address} ${found.id}`,
        name: found.address,
        note: visible(found.display_name),
        Icon: NetworkIcon,
        to: { to: "/hosts/$id", params: { id: found.id } },
      })),
    },
    {
      name: "Tags",
      findings: (text === "" ? [] : (tags.data?.results ?? [])).map(({ tag, count }) => ({
        key: tagText(tag),
        name: tagText(tag),
        note: counted(count, "host"),
        Icon: TagIcon,
        to: { to: "/hosts", search: { tags: [tagFilter(tag)] } },
      })),
    },
    {
      name: "Groups",
      findings: (text === "" ? [] : (groups.data?.results ?? [])).map(group => ({
        key: group.id,
        name: group.name,
        note: counted(group.host_count, "host"),
        Icon: ObjectGroupIcon,
        to: { to: "/groups/$id", params: { id: group.id } },
      })),
    },
    {
      name: "Packages",
      findings: (text === "" ? [] : (packages.data?.packages ?? [])).map(({ name, versions, hosts }) => ({
        key: `package ${name}`,
        name,
        note: `${counted(versions, "version")} · ${counted(hosts, "host")}`,
        Icon: CubeIcon,
        to: { to: "/packages/$name", params: { name } },
      })),
    },
    { name: "Pages", findings: pages },
  ];
  return {
    sections: sections.filter(section => section.findings.length > 0),
    isLoading:
      hosts.isFetching || addresses.isFetching || tags.isFetching || groups.isFetching || packages.isFetching,
    error: hosts.error ?? addresses.error ?? tags.error ?? groups.error ?? packages.error,
  };
}
