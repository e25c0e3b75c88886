import { Button, Tooltip } from "@patternfly/react-core";
import CheckIcon from "@patternfly/react-icons/dist/esm/icons/check-icon";
import CopyIcon from "@patternfly/react-icons/dist/esm/icons/copy-icon";
import { useEffect, useState } from "react";
import { copied as copiedText } from "./copied";

/** Copies a text; the icon says for a moment that it did. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => setCopied(await copiedText(text, ""));
  const icon = copied ? <CheckIcon /> : <CopyIcon />;
  return (
    <Tooltip content={copied ? "Copied" : label} entryDelay={200}>
      <Button variant="plain" size="sm" icon={icon} aria-label={label} onClick={copy} />
    </Tooltip>
  );
}
