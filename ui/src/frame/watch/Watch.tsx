import { type UseQueryOptions, useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { alerts } from "../../api/alerts";
import { driftCauses } from "../../api/driftcauses";
import { watchedOverview } from "../../api/fleet";
import { newsBetween, type Standing } from "./news";
import { tell } from "./tell";

const EVERY = 30_000;

/** Asked for also while nobody looks at the page, and by the clock: not after each report. */
const watched = {
  refetchInterval: EVERY,
  refetchIntervalInBackground: true,
} satisfies Partial<UseQueryOptions>;

/** Looks every half minute what came up, and has the browser tell it. */
export default function Watch() {
  const router = useRouter();
  const firing = useQuery({ ...alerts, ...watched }).data;
  const causes = useQuery({ ...driftCauses({ side: "behind" }), ...watched }).data?.causes;
  const { data: fleet } = useQuery({ ...watchedOverview, ...watched });
  const silent = fleet?.hosts.stale_warning ?? undefined;
  const before = useRef<Standing>({});
  useEffect(() => {
    const now = { alerts: firing, causes, silent };
    for (const news of newsBetween(before.current, now)) tell(news, to => router.history.push(to));
    before.current = now;
  }, [firing, causes, silent, router]);
  return null;
}
