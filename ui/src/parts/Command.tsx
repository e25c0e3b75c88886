import { CopyButton } from "./CopyButton";

/** A command to run in a shell, with a button that copies it. */
export function Command({ text }: { text: string }) {
  return (
    <span className="pl-command">
      <code>{text}</code>
      <CopyButton text={text} label={`Copy ${text}`} />
    </span>
  );
}
