import type { ReactNode } from "react";
import { Lost } from "../frame/Lost";

const ID = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** The page of something that the address names by its id; what is no id names nothing. */
export const Known = ({ id, page }: { id: string; page: (id: string) => ReactNode }) =>
  ID.test(id) ? page(id) : <Lost />;
