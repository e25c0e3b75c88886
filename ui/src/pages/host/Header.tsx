import { Button, DropdownItem } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type Action, ActionDialog } from "../../actions";
import { inventory } from "../../api/client";
import { stateOfPath } from "../../api/fleet";
import { regressions } from "../../api/regressions";
import { tagFilter, tagText } from "../../api/tags";
import type { Host } from "../../api/types";
import { CopyAddress, CopyCurl } from "../../parts/CopyItems";
import { counted } from "../../parts/format";
import { MoreMenu } from "../../parts/menus";
import { groupName, osName } from "../../parts/os";
import { RelativeTime } from "../../parts/RelativeTime";
import { Staleness } from "../../parts/staleness";
import { TagMark } from "../../parts/TagList";
import { visible } from "../../parts/visible";
import { CompareMenu } from "./CompareMenu";
import type { Subject } from "./subject";

interface HeaderProps {
  id: string;
  now: Host | undefined;
  subject: Subject;
  /** Called after it was deleted. */
  gone: () => void;
}

/** What one wants to know at once, and what can be done. */
export function Header({ id, now, subject, gone }: HeaderProps) {
  const [action, setAction] = useState<Action>();
  const name = String(subject.host.display_name ?? id);
  const path = subject.state ? stateOfPath(id, subject.state.seq) : inventory(`/hosts/${id}/system_profile`);
  const group = now?.groups[0];
  return (
    <header className="pl-host__head">
      <div className="pl-host__names">
        <h1 className="pl-title">{visible(name)}</h1>
        <p className="pl-host__line">
          {now ? <Staleness host={now} /> : <span className="pl-subtle">deleted</span>}
          <span>{osName(subject.profile)}</span>
          {now && group && groupName(now) !== "" && (
            <Link to="/groups/$id" params={{ id: group.id }}>
              {group.name}
            </Link>
          )}
          {now && (
            <span className="pl-subtle">
              seen <RelativeTime at={now.last_check_in} /> by {now.reporter}
            </span>
          )}
          {now && <Slower id={id} />}
          {now?.fqdn && now.fqdn !== name && <span className="pl-subtle">{visible(now.fqdn)}</span>}
        </p>
        {subject.tags.length > 0 && (
          <p className="pl-host__tags">
            {subject.tags.map(tag => (
              <Link
                key={tagText(tag)}
                to="/hosts"
                search={{ tags: [tagFilter(tag)] }}
                aria-label={`Hosts with the tag ${tagText(tag)}`}
              >
                <TagMark tag={tag} />
              </Link>
            ))}
          </p>
        )}
      </div>
      <div className="pl-host__acts">
        {now && (
          <>
            <CompareMenu host={now} />
            <Button variant="secondary" size="sm" onClick={() => setAction("rename")}>
              Rename
            </Button>
            <Button variant="secondary" size="sm" onClick={() => setAction("tags")}>
              Tags
            </Button>
            <Button variant="secondary" size="sm" onClick={() => setAction("group")}>
              Group
            </Button>
          </>
        )}
        <More path={path} remove={now && (() => setAction("delete"))} />
      </div>
      {now && (
        <ActionDialog
          action={action}
          hosts={[now]}
          close={() => setAction(undefined)}
          done={action === "delete" ? gone : undefined}
        />
      )}
    </header>
  );
}

/** That benchmarks got worse on it, where some did. */
function Slower({ id }: { id: string }) {
  const found = useQuery(regressions({ host: id }));
  if (!found.data || found.data.total === 0) return null;
  return (
    <Link to="/benchmarks/regressions" search={{ host: id }}>
      {counted(found.data.total, "open regression")}
    </Link>
  );
}

function More({ path, remove }: { path: string; remove: (() => void) | undefined }) {
  return (
    <MoreMenu label="More of this host">
      <DropdownItem to={path} target="_blank">
        Raw JSON
      </DropdownItem>
      <CopyCurl path={path} />
      <CopyAddress />
      {remove && (
        <DropdownItem isDanger onClick={remove}>
          Delete
        </DropdownItem>
      )}
    </MoreMenu>
  );
}
