import type { Baseline, BaselineFact, FactValue } from "../../api/baselines";
import { csvLine } from "../../parts/csv";

/** The rows of the list, as CSV. */
export const listCsv = (baselines: readonly Baseline[]) =>
  csvLine(["UUID", "Name", "Last updated", "Associated systems", "Notifications enabled"]) +
  baselines
    .map(({ id, display_name, updated, mapped_system_count, notifications_enabled }) =>
      csvLine([id, display_name, updated, String(mapped_system_count ?? 0), String(notifications_enabled)]),
    )
    .join("");

/** The same as JSON. */
export const listJson = (baselines: readonly Baseline[]) =>
  `${JSON.stringify(
    baselines.map(({ display_name, updated, mapped_system_count, notifications_enabled }) => ({
      name: display_name,
      last_updated: updated,
      associated_systems: mapped_system_count ?? 0,
      notifications_enabled,
    })),
    null,
    2,
  )}\n`;

const shown = (value: FactValue | null | undefined) =>
  Array.isArray(value) ? value.join("; ") : (value ?? "");

/** The facts of a baseline as CSV: its name, then a line for each fact; those of a category stand behind four blanks. */
export function factsCsv({ display_name, baseline_facts }: Baseline): string {
  const line = ({ name, value }: BaselineFact, indent = "") => csvLine([indent + name, shown(value)]);
  const lines = (baseline_facts ?? []).flatMap(fact => [
    line(fact),
    ...(fact.values ?? []).map(inner => line(inner, "    ")),
  ]);
  return csvLine([display_name]) + csvLine(["Fact", "Value"]) + lines.join("");
}

/** A name of a baseline as one of a file. */
export const fileName = (name: string) => name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-");
