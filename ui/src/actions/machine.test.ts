import { expect, test } from "vitest";
import { commandFor, isLoopback, readUses } from "./machine";

test("a number of machines is a whole one that a token may have", () => {
  expect(["1", "40", "100000"].map(readUses)).toEqual([1, 40, 100_000]);
  expect(["", "0", "-1", "1.5", "1e3", "100001", "x"].map(readUses)).toEqual(Array(7).fill(undefined));
});

test("only the loopback is nobody else's", () => {
  expect(["localhost", "127.0.0.1", "127.1.2.3", "[::1]"].every(isLoopback)).toBe(true);
  expect(["127.0.0.1.example", "10.0.0.1", "fleet.example", ""].some(isLoopback)).toBe(false);
});

test("the command can be pasted, and says so where it sends without TLS", () => {
  expect(commandFor("https://fleet.example:8443", "s")).toBe(
    "plumbline report --to 'https://fleet.example:8443' --token s",
  );
  expect(commandFor("http://[::1]:8080", "s")).toBe("plumbline report --to 'http://[::1]:8080' --token s");
  expect(commandFor("http://10.0.0.1:8080", "s")).toBe(
    "plumbline report --to 'http://10.0.0.1:8080' --token s --plain-http",
  );
});
