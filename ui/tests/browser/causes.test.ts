import { beforeEach, describe, expect, it } from "vitest";
import { complaints, go, page, server, startForEach, told } from "../support/each";
import { baselineOf, reports } from "../support/feeds";

startForEach();

interface Cause {
  id: string;
  fact: string;
  hosts: number;
}

const causes = async () => (await server.get<{ causes: Cause[] }>("/api/fleet/v1/causes?limit=500")).causes;

/** Machines of one baseline that is as the first of them; then all of them report something else. */
beforeEach(async () => {
  const ids = await server.ingest(reports(0, 6, { system: 0 }));
  await baselineOf(server, ids);
  await server.ingest(reports(0, 6, { system: 0, generation: 1 }));
  for (let tries = 0; tries < 100 && (await causes()).length === 0; tries++)
    await new Promise(done => setTimeout(done, 100));
});

describe("causes of drift", () => {
  it("are one row each, lead to the hosts, and are ignored with a reason", async () => {
    const known = await causes();
    expect(known.length).toBeGreaterThan(0);
    await go("/baselines");
    await page.getByRole("link", { name: "Causes of drift" }).click();
    await page.waitForURL(/\/causes/);
    await page.locator(".pl-table--driftcauses tbody tr").first().waitFor();
    expect(await page.locator(".pl-table--driftcauses tbody tr").count()).toBe(known.length);
    const first = page.locator(".pl-table--driftcauses tbody tr").first();
    const fact = (await first.locator(".pl-driftcauses__name").textContent()) ?? "";
    await first.locator(".pl-driftcauses__name").click();
    await page.waitForURL(/cause=/);
    const expected = known.find(each => each.fact === fact)?.hosts;
    await page.locator(".pl-driftcauses__hosts li").first().waitFor();
    expect(await page.locator(".pl-driftcauses__hosts li").count()).toBe(expected);
    await page
      .getByRole("button", { name: `Judge ${fact}` })
      .first()
      .click();
    await page.getByLabel("Why").fill("being rebuilt");
    await page.getByRole("button", { name: "Save" }).click();
    await told("It is known now");
    await page.waitForFunction(
      before => document.querySelectorAll(".pl-table--driftcauses tbody tr").length < before,
      known.length,
    );
    await page.getByLabel("Ignored ones").click();
    await page.locator(".pl-driftcauses__side", { hasText: "Ignored" }).first().waitFor();
    expect(complaints).toEqual([]);
  });
});
