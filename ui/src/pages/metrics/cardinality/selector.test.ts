import { expect, test } from "vitest";
import { metricSelector, pairSelector } from "./selector";

test("a name that is no word of the language is quoted", () => {
  expect(metricSelector("node_cpu:rate5m")).toBe("node_cpu:rate5m");
  expect(metricSelector('http.server "x"')).toBe('{__name__="http.server \\"x\\""}');
});

test("a pair is parted at its first equals sign", () => {
  expect(pairSelector("instance=web-1:9100")).toBe('{instance="web-1:9100"}');
  expect(pairSelector("query=a=b\\c")).toBe('{query="a=b\\\\c"}');
  expect(pairSelector("service.name=a")).toBe('{"service.name"="a"}');
});
