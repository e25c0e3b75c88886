/** How a fact is compared, as people write it and as the inventory calls it, in the order in which they choose. */
export const OPERATORS = {
  "=": { wire: "", name: "is" },
  "!=": { wire: "neq", name: "is not" },
  ">=": { wire: "gte", name: "at least" },
  "<=": { wire: "lte", name: "at most" },
  ">": { wire: "gt", name: "above" },
  "<": { wire: "lt", name: "below" },
} as const;

export type Operator = keyof typeof OPERATORS;

/** A condition on a fact of the profile. */
export interface Where {
  /** Members with dots between, as `systemd.failed`. */
  path: string;
  operator: Operator;
  /** `nil` and `not_nil` ask whether it is there. */
  value: string;
}

const FORM = /^([a-z0-9_]+(?:\.[a-z0-9_]+)*)(!=|<=|>=|<|>|=)(.+)$/;

/** Reads `systemd.failed>=1`. */
export function readWhere(text: string): Where | undefined {
  const [, path, operator, value] = FORM.exec(text) ?? [];
  if (path === undefined || operator === undefined || value === undefined) return undefined;
  return { path, operator: operator as Operator, value };
}

export const isWhere = (text: string) => readWhere(text) !== undefined;

export const whereText = ({ path, operator, value }: Where) => `${path}${operator}${value}`;

/** The parameter of the inventory: `filter[system_profile][systemd][failed][gte]` and the value. */
export function whereParameter(text: string): [string, string] {
  const where = readWhere(text);
  if (!where) return ["filter", text];
  const members = ["system_profile", ...where.path.split("."), OPERATORS[where.operator].wire];
  return [
    `filter${members
      .filter(Boolean)
      .map(member => `[${member}]`)
      .join("")}`,
    where.value,
  ];
}
