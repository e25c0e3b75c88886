import { expect, it } from "vitest";
import { blocksOf } from "./pages";

it.each([
  [{ from: 0, to: 40 }, [1]],
  [{ from: 80, to: 120 }, [1, 2]],
  [{ from: 19_990, to: 19_999 }, [200]],
  [{ from: 99, to: 100 }, [1, 2]],
])("rows %o lie in blocks %o", (range, blocks) => expect(blocksOf(range)).toEqual(blocks));
