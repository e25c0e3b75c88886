import { expect, it } from "vitest";
import { complaints, go, page, server, startForEach, told } from "../support/each";
import { loads, write } from "../support/samples";

startForEach();

it("a chart becomes an alert, which fires for each host and keeps its history", async () => {
  await write(server, loads(["web-1", "web-2"]));
  await go("/dashboards/alerts");
  await page.getByRole("heading", { name: "There is no alert yet" }).waitFor();
  const charts = [{ title: "Usage", queries: [{ expr: 'cpu_usage{host=~"$host"}' }] }];
  await server.send("POST", "/api/v1/dashboards", { type: "time_series", name: "fleet", data: { charts } });
  await go("/dashboards/time_series/fleet");
  await page.getByRole("button", { name: "Alert on Usage" }).click();
  await page.getByLabel("Threshold", { exact: true }).fill("-1000");
  await page.getByText("When exactly").click();
  await page.getByLabel("For so many seconds before it fires").fill("0");
  await page.getByLabel("Seconds between evaluations").fill("10");
  await page.getByRole("button", { name: "Save" }).click();
  await told("The alert is kept");
  await go("/dashboards/alerts");
  await page.locator(".pl-alertrule--firing").waitFor({ timeout: 60_000 });
  const { alerts } = await server.get<{ alerts: { firing: number }[] }>("/api/v1/alert-rules");
  expect(alerts.map(each => each.firing)).toEqual([2]);
  await page.getByRole("button", { name: "History" }).click();
  await page.locator(".pl-alertrule__history li").first().waitFor();
  await page.getByRole("button", { name: "Change" }).click();
  await page.getByLabel("Threshold", { exact: true }).fill("1000000000000");
  await page.getByRole("button", { name: "Save" }).click();
  await told("The alert is changed");
  await page.locator(".pl-alertrule--inactive").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByRole("heading", { name: "There is no alert yet" }).waitFor();
  expect(complaints).toEqual([]);
});
