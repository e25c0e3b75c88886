export type Point = readonly [x: number, y: number];

export const FITS = ["none", "linear", "logarithmic", "exponential", "power", "polynomial"] as const;
export type FitKind = (typeof FITS)[number];

export interface Fit {
  at: (x: number) => number;
  text: string;
  /** How much of the spread it explains, from 0 to 1. */
  r2: number;
}

const short = (value: number) => Number(value.toPrecision(4)).toString();

/** The coefficients of the polynomial with the least squares, lowest first; none where the points do not tell them. */
function polynomial(
  points: readonly Point[],
  degree: number,
  weights?: readonly number[],
): number[] | undefined {
  const size = degree + 1;
  if (new Set(points.map(([x]) => x)).size < size) return undefined;
  // On a scale around 1: powers of large numbers would lose what they are to tell.
  const scale = Math.max(...points.map(([x]) => Math.abs(x))) || 1;
  const rows = Array.from({ length: size }, () => new Array<number>(size + 1).fill(0));
  points.forEach(([x, y], at) => {
    const weight = weights?.[at] ?? 1;
    const powers = Array.from({ length: size }, (_, power) => (x / scale) ** power);
    for (let row = 0; row < size; row += 1) {
      const cells = rows[row] as number[];
      for (let column = 0; column < size; column += 1) {
        cells[column] =
          (cells[column] as number) + weight * (powers[row] as number) * (powers[column] as number);
      }
      cells[size] = (cells[size] as number) + weight * (powers[row] as number) * y;
    }
  });
  return solved(rows)?.map((value, power) => value / scale ** power);
}

/** Gauss with the largest pivot. */
function solved(rows: number[][]): number[] | undefined {
  const size = rows.length;
  for (let at = 0; at < size; at += 1) {
    let best = at;
    for (let row = at + 1; row < size; row += 1) {
      if (Math.abs(rows[row]?.[at] ?? 0) > Math.abs(rows[best]?.[at] ?? 0)) best = row;
    }
    [rows[at], rows[best]] = [rows[best] as number[], rows[at] as number[]];
    const pivot = rows[at] as number[];
    if (Math.abs(pivot[at] as number) < 1e-12) return undefined;
    for (let row = 0; row < size; row += 1) {
      const cells = rows[row] as number[];
      if (row === at) continue;
      const factor = (cells[at] as number) / (pivot[at] as number);
      for (let column = at; column <= size; column += 1) {
        cells[column] = (cells[column] as number) - factor * (pivot[column] as number);
      }
    }
  }
  return rows.map((row, at) => (row[size] as number) / (row[at] as number));
}

function explained(points: readonly Point[], at: (x: number) => number): number {
  const mean = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const spread = points.reduce((sum, [, y]) => sum + (y - mean) ** 2, 0);
  const left = points.reduce((sum, [x, y]) => sum + (y - at(x)) ** 2, 0);
  return spread === 0 ? 1 : 1 - left / spread;
}

/** The curve of a kind that lies closest to the points; none where there are too few, or logarithms of what has none. */
export function fitOf(kind: FitKind, all: readonly Point[], degree = 2): Fit | undefined {
  const [needX, needY] = [
    kind === "logarithmic" || kind === "power",
    kind === "exponential" || kind === "power",
  ];
  const points = all.filter(([x, y]) => (!needX || x > 0) && (!needY || y > 0));
  const line = (of: readonly Point[], weights?: readonly number[]) => polynomial(of, 1, weights);
  const made = (at: (x: number) => number, text: string): Fit => ({ at, text, r2: explained(points, at) });
  switch (kind) {
    case "none":
      return undefined;
    case "linear": {
      const [b, a] = line(points) ?? [];
      return a === undefined || b === undefined
        ? undefined
        : made(x => a * x + b, `y = ${short(a)} x + ${short(b)}`);
    }
    case "logarithmic": {
      const [b, a] = line(points.map(([x, y]) => [Math.log(x), y])) ?? [];
      if (a === undefined || b === undefined) return undefined;
      return made(x => b + a * Math.log(x), `y = ${short(b)} + ${short(a)} ln x`);
    }
    case "exponential": {
      // Weighted by the values, so that small ones do not rule by their logarithms.
      const [c, k] =
        line(
          points.map(([x, y]) => [x, Math.log(y)]),
          points.map(([, y]) => y),
        ) ?? [];
      if (c === undefined || k === undefined) return undefined;
      return made(x => Math.exp(c) * Math.exp(k * x), `y = ${short(Math.exp(c))} e^(${short(k)} x)`);
    }
    case "power": {
      const [c, k] = line(points.map(([x, y]) => [Math.log(x), Math.log(y)])) ?? [];
      if (c === undefined || k === undefined) return undefined;
      return made(x => Math.exp(c) * x ** k, `y = ${short(Math.exp(c))} x^${short(k)}`);
    }
    case "polynomial": {
      const found = polynomial(points, degree);
      if (!found) return undefined;
      const at = (x: number) => found.reduceRight((sum, value) => sum * x + value, 0);
      const terms = found.map(
        (value, power) => short(value) + (power === 0 ? "" : power === 1 ? " x" : ` x^${power}`),
      );
      return made(at, `y = ${terms.reverse().join(" + ")}`);
    }
  }
}

export interface Box {
  low: number;
  q1: number;
  median: number;
  q3: number;
  high: number;
  outside: number[];
}

/** The quartiles, how far the values go within one and a half of their distance, and those beyond. */
export function boxOf(values: readonly number[]): Box | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const quantile = (share: number) => {
    const place = (sorted.length - 1) * share;
    const [below, above] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
    return below + (above - below) * (place % 1);
  };
  const [q1, median, q3] = [quantile(0.25), quantile(0.5), quantile(0.75)];
  const reach = 1.5 * (q3 - q1);
  const inside = sorted.filter(value => value >= q1 - reach && value <= q3 + reach);
  return {
    low: inside[0] ?? q1,
    q1,
    median,
    q3,
    high: inside.at(-1) ?? q3,
    outside: sorted.filter(value => value < q1 - reach || value > q3 + reach),
  };
}
