import { canTell, setBrowserNotices, useBrowserNotices } from "./browserNotices";
import { notify } from "./notices";

/** Has this browser tell what comes up while the page is open, also when it is not looked at; asks the browser first. */
export function BrowserSwitch() {
  const isOn = useBrowserNotices();
  if (!canTell()) return null;
  const turn = async () => {
    if (isOn) return setBrowserNotices(false);
    const permission = await Notification.requestPermission();
    if (permission === "granted") setBrowserNotices(true);
    else
      notify({
        kind: "info",
        text: "The browser does not let this page tell: its settings for this site say so.",
      });
  };
  return (
    <label
      className="pl-browser-switch"
      title="Alerts that fire, new causes of drift and hosts that fall silent, while a page of Plumbline is open"
    >
      <input type="checkbox" checked={isOn} onChange={() => void turn()} />
      Tell me in this browser
    </label>
  );
}
