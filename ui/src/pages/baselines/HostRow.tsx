import type { Host } from "../../api/types";
import { osName } from "../../parts/os";
import { QuickLink } from "../../parts/QuickLink";
import { RelativeTime } from "../../parts/RelativeTime";
import { Staleness } from "../../parts/staleness";
import { visible } from "../../parts/visible";

interface HostRowProps {
  id: string;
  /** Absent while it is asked for, and when it is gone. */
  host: Host | undefined;
  isLoading: boolean;
  isChosen: boolean;
  toggle: (id: string) => void;
}

/** A host that a baseline is for; its name leads to how it drifted. */
export function HostRow({ id, host, isLoading, isChosen, toggle }: HostRowProps) {
  return (
    <tr className={`pl-row${isChosen ? " pl-row--chosen" : ""}`} data-host={id}>
      <td className="pl-table__check">
        <label>
          <input
            type="checkbox"
            checked={isChosen}
            onChange={() => toggle(id)}
            aria-label={`Choose ${host?.display_name ?? id}`}
          />
        </label>
      </td>
      {host ? (
        <>
          <td>
            <QuickLink to={`/hosts/${id}?tab=drift`} className="pl-name" title={visible(host.display_name)}>
              {visible(host.display_name)}
            </QuickLink>
          </td>
          <td>
            <Staleness host={host} />
          </td>
          <td className="pl-col-os">{osName(host.system_profile)}</td>
          <td className="pl-table__numeric">
            <RelativeTime at={host.last_check_in} />
          </td>
        </>
      ) : (
        <td colSpan={4}>
          {isLoading ? (
            <span className="pl-bone" />
          ) : (
            <span className="pl-subtle">{id}: this host is gone</span>
          )}
        </td>
      )}
    </tr>
  );
}
