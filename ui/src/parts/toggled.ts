/** The list with this value, or without it when it was there. */
export function toggled(values: readonly string[] | undefined, value: string): string[] | undefined {
  const before = values ?? [];
  const after = before.includes(value) ? before.filter(each => each !== value) : [...before, value];
  return after.length > 0 ? after : undefined;
}
