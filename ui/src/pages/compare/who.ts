import type { QueryClient } from "@tanstack/react-query";
import { hostPage } from "../../api/queries";
import type { Group, Host } from "../../api/types";

/** Whether comparisons know the host: the API leaves these systems out, as the original does. */
const isCompared = ({ system_profile }: Pick<Host, "system_profile">) =>
  !["CentOS", "CentOS Linux"].includes(system_profile?.operating_system?.name ?? "");

/** The hosts of a group that comparisons know, by name: of its first hundred. */
export async function comparedOf(client: QueryClient, { id }: Pick<Group, "id">): Promise<Host[]> {
  const page = await client.fetchQuery(hostPage({ group_id: [id], order_by: "display_name" }, 1, 100));
  return page.results.filter(isCompared);
}
