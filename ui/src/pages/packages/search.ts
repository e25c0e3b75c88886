const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const page = (value: unknown) => {
  const number = Number(value);
  return Number.isInteger(number) && number > 1 && number <= 20_000 ? number : undefined;
};

/** What the address of the packages says. */
export interface PackagesSearch {
  find?: string;
  page?: number;
}

export function readPackagesSearch(raw: Record<string, unknown>): PackagesSearch {
  const search: PackagesSearch = {};
  const [find, at] = [text(raw.find), page(raw.page)];
  if (find) search.find = find;
  if (at) search.page = at;
  return search;
}

/** What the address of one package says: of which version the hosts are listed. */
export interface PackageSearch {
  version?: string;
  page?: number;
}

export function readPackageSearch(raw: Record<string, unknown>): PackageSearch {
  const search: PackageSearch = {};
  const [version, at] = [text(raw.version), page(raw.page)];
  if (version) search.version = version;
  if (at) search.page = at;
  return search;
}
