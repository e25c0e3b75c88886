import type { Server } from "./server";

export const SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  required: ["machine", "result"],
  properties: {
    machine: {
      type: "object",
      properties: {
        cpu: {
          type: "object",
          properties: {
            count: { type: "integer", minimum: 1, suggestToUser: true, description: "Cores of the run" },
            brand: { type: "string" },
          },
        },
      },
    },
    result: {
      type: "object",
      properties: {
        score: { type: "number", suggestToUser: true, description: "Seconds, smaller is better" },
      },
    },
  },
};

const made = async (response: Response) => ((await response.json()) as { id: string }).id;

/** A benchmark, a tag, and the flavors of two sites, reviewed. */
export async function benchmarked(server: Server) {
  const api = (path: string, body?: unknown) => server.send("POST", `/api/v1${path}`, body);
  const approved = async (kind: string, id: string) => {
    await api(`/${kind}/${id}:approve`);
    return id;
  };
  const body = {
    docker_image: "lab/raytrace",
    docker_tag: "1.2",
    url: "https://example.org/raytrace",
    json_schema: SCHEMA,
  };
  const benchmark = await approved("benchmarks", await made(await api("/benchmarks", body)));
  const tag = await made(await api("/tags", { name: "nightly" }));
  const flavors: string[] = [];
  for (const [name, address] of [
    ["CESNET", "Praha"],
    ["KIT", "Karlsruhe"],
  ] as const) {
    const site = await approved("sites", await made(await api("/sites", { name, address })));
    const flavor = await made(
      await api(`/sites/${site}/flavors`, { name: "c8.large", description: "8 cores" }),
    );
    flavors.push(await approved("flavors", flavor));
  }
  return { benchmark, tag, flavors };
}

/** Two sites and what they measured, reviewed: how long a picture took on so many cores. */
export async function measured(server: Server) {
  const { benchmark, tag, flavors } = await benchmarked(server);
  for (const [nth, flavor] of flavors.entries()) {
    for (const [at, count] of [1, 2, 4, 8, 16].entries()) {
      const params = new URLSearchParams({
        benchmark_id: benchmark,
        flavor_id: flavor,
        execution_datetime: `2026-10-0${at + 1}T10:00:00Z`,
        ...(count === 4 ? { tags_ids: tag } : {}),
      });
      const score = (600 + nth * 90) / count ** 0.9;
      const machine = { cpu: { count, brand: nth === 0 ? "EPYC 7302" : "Xeon Gold" } };
      await server.send("POST", `/api/v1/results?${params}`, {
        machine,
        result: { score: Number(score.toFixed(2)) },
      });
    }
  }
  return { benchmark };
}
