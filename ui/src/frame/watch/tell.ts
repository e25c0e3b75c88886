import { notify } from "../../parts/notices";
import type { News } from "./news";

/** Has the browser tell it; where the browser lets no page do so by itself, as on Android, the page does. */
export function tell({ tag, title, body, to }: News, go: (to: string) => void) {
  try {
    const notice = new Notification(title, { tag: `plumbline ${tag}`, body, icon: "/favicon.svg" });
    notice.onclick = () => {
      window.focus();
      go(to);
      notice.close();
    };
  } catch {
    notify({ kind: "info", text: `${title}: ${body}` });
  }
}
