const quoted = (text: string) => JSON.stringify(text);

/** What finds the series of a metric, whatever letters its name has. */
export const metricSelector = (name: string) =>
  /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : `{__name__=${quoted(name)}}`;

/** What finds the series of a pair, told as `label=value`. */
export function pairSelector(pair: string) {
  const equals = pair.indexOf("=");
  const label = pair.slice(0, equals);
  const named = /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) ? label : quoted(label);
  return `{${named}=${quoted(pair.slice(equals + 1))}}`;
}
