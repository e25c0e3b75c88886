import "@patternfly/react-core/dist/styles/base.css";
import "./styles/tokens.css";
import "./styles/parts.css";
import "./styles/table.css";
import "./frame/frame.css";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { isAway, isRefusal } from "./api/client";
import { Live } from "./api/live";
import { isUnknownCaller, LOGGING_IN, mayNothing, session } from "./api/session";
import { LiveContext } from "./frame/live";
import { createAppRouter } from "./router";

/** A service that does not know the caller: the session has ended, and is asked for anew. */
const doubt = (error: unknown) => {
  if (LOGGING_IN && isUnknownCaller(error)) void client.invalidateQueries({ queryKey: session.queryKey });
};

const client = new QueryClient({
  queryCache: new QueryCache({ onError: doubt }),
  mutationCache: new MutationCache({ onError: doubt }),
  defaultOptions: {
    queries: {
      // The stream says what is out of date; without it a look at the page asks anew.
      staleTime: 30_000,
      gcTime: 120_000,
      // A refusal stays one. While the server is away what was shown stays, and it is asked again for as long as it takes.
      retry: (failures, error) => isAway(error) || (failures < 2 && !isRefusal(error)),
      retryDelay: attempt => Math.min(400 * 2 ** attempt, 10_000),
      // The server may be this machine: the browser's word for it that there is no network says nothing.
      networkMode: "always",
    },
  },
});
const live = new Live(client);
if (LOGGING_IN) {
  // Who is not known, or may see nothing, is not told what happens.
  void client.ensureQueryData(session).then(({ person }) => person && !mayNothing(person) && live.start());
} else {
  live.start();
}

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <LiveContext value={live}>
          <RouterProvider router={createAppRouter()} />
        </LiveContext>
      </QueryClientProvider>
    </StrictMode>,
  );
}
