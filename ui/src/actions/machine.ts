const MOST = 100_000;

/** A number of machines as it was typed; none for what is no such number. */
export function readUses(text: string): number | undefined {
  const number = Number(text);
  return /^\d+$/.test(text.trim()) && number >= 1 && number <= MOST ? number : undefined;
}

/** The command to paste. Neither an address nor a token has signs that a shell would act on. */
export const commandFor = (to: string, token: string) => `plumbline report --to ${to} --token ${token}`;

/** Whether only the machine itself reaches a host of this name. */
export const isLoopback = (host: string) =>
  host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
