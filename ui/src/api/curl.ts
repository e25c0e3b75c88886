/** The command that makes the same request in a shell. */
export function curl(path: string): string {
  const url = new URL(path, window.location.origin).toString();
  // Brackets are patterns to curl, and stay as they are inside quotes only with --globoff.
  const globoff = /[[\]{}]/.test(url) ? "--globoff " : "";
  return `curl --silent ${globoff}'${url.replaceAll("'", "%27")}'`;
}
