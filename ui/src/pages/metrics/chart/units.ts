import { format } from "d3-format";
import { bytes, duration } from "../../../parts/format";

/** The units that a chart offers; any other text stands behind the number. */
export const UNITS = [
  { value: "", name: "none" },
  { value: "bytes", name: "bytes" },
  { value: "bytes/s", name: "bytes a second" },
  { value: "percent", name: "percent (0–100)" },
  { value: "ratio", name: "percent (0–1)" },
  { value: "seconds", name: "seconds" },
  { value: "milliseconds", name: "milliseconds" },
  { value: "/s", name: "a second" },
] as const;

const si = format(".4~s");
const small = format(".3~g");

function plain(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 10_000)
    return si(value).replace("G", " G").replace("M", " M").replace("k", " k").replace("T", " T");
  return size < 0.001 ? value.toExponential(2) : size < 1 ? small(value) : String(Number(value.toFixed(2)));
}

function time(seconds: number): string {
  const size = Math.abs(seconds);
  if (size === 0) return "0 s";
  if (size < 0.001) return `${plain(seconds * 1e6)} µs`;
  if (size < 1) return `${plain(seconds * 1e3)} ms`;
  if (size < 120) return `${plain(seconds)} s`;
  return `${seconds < 0 ? "−" : ""}${duration(size * 1000)}`;
}

/** A value with its unit, short. */
export function valueText(value: number, unit: string): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  switch (unit) {
    case "":
      return plain(value);
    case "bytes":
      return value < 0 ? `−${bytes(-value)}` : bytes(value);
    case "bytes/s":
      return `${value < 0 ? "−" : ""}${bytes(Math.abs(value))}/s`;
    case "percent":
      return `${plain(value)} %`;
    case "ratio":
      return `${plain(value * 100)} %`;
    case "seconds":
      return time(value);
    case "milliseconds":
      return time(value / 1000);
    default:
      return unit.startsWith("/") ? `${plain(value)}${unit}` : `${plain(value)} ${unit}`;
  }
}
