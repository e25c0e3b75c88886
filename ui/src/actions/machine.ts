const MOST = 100_000;

/** A number of machines as it was typed; none for what is no such number. */
export function readUses(text: string): number | undefined {
  const number = Number(text);
  return /^\d+$/.test(text.trim()) && number >= 1 && number <= MOST ? number : undefined;
}

/** The command to paste. The address is quoted: a shell would look for files where it has brackets. */
export const commandFor = (to: string, token: string) =>
  `plumbline report --to '${to}' --token ${token}${isOpen(to) ? " --plain-http" : ""}`;

/** Whether everybody on the way may read what is sent there: the program asks that this is meant. */
const isOpen = (to: string) => {
  const host = /^http:\/\/(\[[^\]]*\]|[^:/]*)/.exec(to)?.[1];
  return host !== undefined && !isLoopback(host);
};

/** Whether only the machine itself reaches a host of this name. */
export const isLoopback = (host: string) =>
  host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
