/** A package in its parts. What cannot be told apart stays in the name. */
export interface Package {
  text: string;
  name: string;
  version: string;
  arch: string;
}

const ARCHES = /\.(x86_64|noarch|i[3-6]86|aarch64|ppc64le|s390x|armv7hl|riscv64|amd64|arm64|all|src)$/;

/** Reads `name-[epoch:]version[-release].arch`; an epoch of 0 says nothing and is left out. */
export function readPackage(text: string): Package {
  const found = ARCHES.exec(text);
  const arch = found?.[1] ?? "";
  const rest = found ? text.slice(0, found.index) : text;
  const withEpoch = /^(.+?)-(\d+):(.+)$/.exec(rest);
  if (withEpoch) {
    const [, name = "", epoch, version = ""] = withEpoch;
    return { text, name, version: epoch === "0" ? version : `${epoch}:${version}`, arch };
  }
  const plain = /^(.+?)-(\d.*)$/.exec(rest);
  return { text, name: plain?.[1] ?? rest, version: plain?.[2] ?? "", arch };
}
