import type { Host } from "../../api/types";

/** Whether comparisons know the host: the API leaves these systems out, as the original does. */
export const isCompared = ({ system_profile }: Pick<Host, "system_profile">) =>
  !["CentOS", "CentOS Linux"].includes(system_profile?.operating_system?.name ?? "");
