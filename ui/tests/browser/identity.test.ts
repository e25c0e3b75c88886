import { beforeEach, describe, expect, it } from "vitest";
import { faultsOf } from "../support/browser";
import { complaints, go, page, server, startForEach } from "../support/each";
import { report } from "../support/fleet";

startForEach();

/** The report of a machine, with hardware of its own. */
function from(mac: string): string {
  const envelope = JSON.parse(report(0, { system: 0 }).line);
  delete envelope.data.provider_id;
  delete envelope.data.provider_type;
  envelope.data.mac_addresses = [mac];
  return JSON.stringify(envelope);
}

const [ONE, COPY] = ["52:54:00:aa:00:01", "52:54:00:bb:00:02"];

describe("a host that two machines claim", () => {
  let name: string;

  beforeEach(async () => {
    for (const mac of [ONE, COPY, ONE]) await server.ingest([from(mac)]);
    name = report(0, { system: 0 }).machine.name;
  });

  const identity = async () => {
    await go("/");
    const claimed = page.getByRole("region", { name: "One host is claimed by two machines" });
    await claimed.getByRole("link", { name }).click();
    await page.getByRole("heading", { name: /^(Warning alert: ?)?Two machines claim this host/ }).waitFor();
  };

  it("is split after a look at what would be, and the split is undone", async () => {
    await identity();
    expect(await faultsOf(page, "identity", "wide")).toEqual([]);
    await page.getByRole("button", { name: "Make it a host of its own" }).first().click();
    const dialog = page.getByRole("dialog");
    const afterwards = dialog.getByRole("region", { name: "Afterwards" });
    await afterwards.getByText(ONE).waitFor();
    await afterwards.getByText(COPY).waitFor();
    await dialog.getByRole("button", { name: "Split" }).click();
    await page.getByRole("heading", { name: "Merges and splits" }).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await afterwards.getByText(ONE).waitFor();
    await dialog.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("region", { name: "Merges and splits" }).getByText("undone").waitFor();
    expect(complaints).toEqual([]);
  });

  it("is one machine when somebody says so", async () => {
    await identity();
    await page.getByRole("button", { name: "It is one machine" }).click();
    await page.getByRole("heading", { name: /Two machines claim/ }).waitFor({ state: "detached" });
    await go("/");
    await page.getByRole("heading", { name: "Needs a look" }).waitFor();
    expect(await page.getByText("is claimed by two machines").count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe("a machine that is two hosts", () => {
  it("is merged: one goes, after a look at what would be", async () => {
    const [kept, other] = [report(1, { system: 0 }), report(2, { system: 0 })];
    await server.ingest([kept.line, other.line]);
    await go(`/hosts?hostname_or_id=${kept.machine.name}`);
    await page.getByRole("link", { name: kept.machine.name }).click();
    await page.getByRole("button", { name: "Identity" }).click();
    await page.getByRole("button", { name: /^Another host is this machine too/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: other.machine.name }).check();
    await dialog.getByRole("button", { name: /^Merge / }).click();
    await page.getByRole("region", { name: "Merges and splits" }).getByText("Merged with").waitFor();
    await go("/hosts");
    await page.waitForFunction(() => document.querySelectorAll("tr[data-host]").length === 1);
    expect(complaints).toEqual([]);
  });
});
