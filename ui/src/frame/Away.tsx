import { Button } from "@patternfly/react-core";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { exact } from "../parts/format";
import { isUpgraded, reloadOnce } from "../parts/loaded";
import { notify } from "../parts/notices";
import { isField } from "../parts/writing";
import { useLive } from "./live";

/** An interruption that is over so soon is not worth a word. */
const PATIENCE = 1_200;
const SAID = "plumbline-upgraded";

/** Between head and page: that the server is away, or that it came back as another version. */
export function Away() {
  const { lostAt } = useLive();
  const isLong = useLasting(lostAt !== undefined);
  const upgraded = useUpgrade();
  return (
    <div className="pl-away" role="status">
      {isLong && lostAt !== undefined && (
        <p>
          The server does not answer. What is shown is of {exact(lostAt)}; nothing is lost, and the page goes
          on by itself.
        </p>
      )}
      {!isLong && upgraded && (
        <p>
          Plumbline was upgraded, and this page is of the version before.{" "}
          <Button variant="link" isInline onClick={() => location.reload()}>
            Load it anew
          </Button>
        </p>
      )}
    </div>
  );
}

function useLasting(now: boolean): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!now) return setLasting(false);
    const timer = setTimeout(() => setLasting(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [now]);
  return lasting;
}

/**
 * Looks, when the server is back, whether it is another version. The page is then loaded anew at once where nobody is in
 * the middle of something, else with the next step to another page.
 */
function useUpgrade(): boolean {
  const { connection, lostAt } = useLive();
  const router = useRouter();
  const [wasAway, setWasAway] = useState(false);
  const [upgraded, setUpgraded] = useState(false);
  useEffect(() => {
    if (sessionStorage.getItem(SAID) === null) return;
    sessionStorage.removeItem(SAID);
    notify({ kind: "info", text: "Plumbline was upgraded; the page was loaded anew." });
  }, []);
  useEffect(() => {
    if (lostAt !== undefined) return setWasAway(true);
    if (!wasAway || connection !== "live") return;
    setWasAway(false);
    void isUpgraded().then(async another => {
      if (!another) return;
      sessionStorage.setItem(SAID, "yes");
      if (!isBusy() && (await reloadOnce())) return;
      setUpgraded(true);
    });
  }, [connection, lostAt, wasAway]);
  useEffect(() => {
    if (!upgraded) return;
    return router.subscribe("onBeforeNavigate", ({ toLocation, pathChanged }) => {
      if (pathChanged) location.assign(toLocation.href);
    });
  }, [upgraded, router]);
  return upgraded;
}

/** Whether somebody writes, or has a dialog open. */
const isBusy = () =>
  document.querySelector("dialog[open], [role=dialog], main form") !== null ||
  isField(document.activeElement);
