/**
 * How well a text fits what is looked for, higher is better: all of it at once, at the beginning of words, or its letters
 * in order. None when the letters are not there.
 */
export function fitOf(text: string, looked: string): number | undefined {
  const [whole, wanted] = [text.toLowerCase(), looked.trim().toLowerCase()];
  if (wanted === "") return 0;
  const found = whole.indexOf(wanted);
  if (found >= 0) return 1_000 - found - whole.length / 1_000;
  let [at, gaps] = [-1, 0];
  for (const letter of wanted.replaceAll(" ", "")) {
    const next = whole.indexOf(letter, at + 1);
    if (next < 0) return undefined;
    if (at >= 0 && next > at + 1) gaps += 1;
    at = next;
  }
  return 500 - gaps * 10 - whole.length / 1_000;
}
