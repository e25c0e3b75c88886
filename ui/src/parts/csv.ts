/** A cell of CSV. What a spreadsheet would take for a formula begins with an apostrophe, as the API does it. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A line of CSV. */
export const csvLine = (cells: readonly string[]) => `${cells.map(cell).join(",")}\r\n`;
