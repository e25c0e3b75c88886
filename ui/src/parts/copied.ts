import { notify } from "./notices";

/** Copies a text and says so, or why not. */
export async function copied(text: string, said: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    if (said !== "") notify({ kind: "success", text: said });
    return true;
  } catch {
    notify({ kind: "danger", text: "the browser does not let this page copy; select the text instead" });
    return false;
  }
}
