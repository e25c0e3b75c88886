const whole = new Intl.NumberFormat("en");
const exactTime = new Intl.DateTimeFormat("en", {
  dateStyle: "medium",
  timeStyle: "medium",
  hourCycle: "h23",
});

export const count = (number: number) => whole.format(number);

/** `1 host`, `2 hosts`. */
export const counted = (number: number, one: string, many = `${one}s`) =>
  `${count(number)} ${number === 1 ? one : many}`;

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export function bytes(number: number): string {
  let value = number;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1).replace(/\.0$/, "")} ${UNITS[unit]}`;
}

/** The moment itself, in this person's time zone. */
export const exact = (at: string | number) => exactTime.format(new Date(at));

const STEPS: [number, string][] = [
  [60, "s"],
  [60, "min"],
  [24, "h"],
  [30, "d"],
  [12.17, "mo"],
  [Number.POSITIVE_INFINITY, "y"],
];

/** `now`, `12 s ago`, `3 h ago`; `in 5 d` for what is to come. */
export function relative(at: string | number, now: number): string {
  const seconds = (now - new Date(at).getTime()) / 1000;
  let value = Math.abs(seconds);
  if (value < 5) return "now";
  for (const [size, unit] of STEPS) {
    if (value < size) {
      const text = `${Math.floor(value)} ${unit}`;
      return seconds < 0 ? `in ${text}` : `${text} ago`;
    }
    value /= size;
  }
  return exact(at);
}

/** A stretch of time in its two largest units. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(Math.abs(milliseconds) / 1000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(" ");
}
