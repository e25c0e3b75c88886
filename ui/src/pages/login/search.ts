/** What the address of the log-in says. */
export interface LoginSearch {
  /** The page to go to afterwards. */
  next?: string;
  /** Why nobody is logged in yet, in a word of the API. */
  problem?: string;
  /** The provider that was tried. */
  issuer?: string;
}

/** Reads the query of an address; what it does not understand is left out. */
export function readLoginSearch(raw: Record<string, unknown>): LoginSearch {
  const search: LoginSearch = {};
  for (const name of ["next", "problem", "issuer"] as const) {
    const value = raw[name];
    if (typeof value === "string" && value !== "") search[name] = value;
  }
  // Anybody may have made the address: it leads to pages of this program only.
  if (search.next !== undefined && !/^\/(?![/\\])/.test(search.next)) delete search.next;
  return search;
}

export interface Said {
  variant: "info" | "warning" | "danger";
  title: string;
  text: string;
}

/** What the page says of a problem; `provider` is what people know the provider by. */
export function said(problem: string, provider: string): Said {
  const trouble = (title: string, text: string): Said => ({ variant: "danger", title, text });
  switch (problem) {
    case "out":
      return { variant: "info", title: "You are logged out", text: "Here, and at your provider." };
    case "slow":
      return trouble(`${provider} does not answer in time`, "Try again in a moment, or log in elsewhere.");
    case "down":
      return trouble(`${provider} cannot be reached`, "Try again in a moment, or log in elsewhere.");
    case "nonsense":
      return trouble(
        `${provider} does not answer as an OpenID provider does`,
        "It may be under maintenance. If it goes on, tell whoever runs Plumbline.",
      );
    case "expired":
      return {
        variant: "warning",
        title: "This log-in is over",
        text: "It took longer than ten minutes, was begun in another browser, or was used before. Begin again.",
      };
    case "denied":
      return {
        variant: "warning",
        title: "You did not agree",
        text: `${provider} tells nothing without that.`,
      };
    case "unknown":
      return trouble("Nobody logs in there", "Choose one of the providers below.");
    case "none":
      return trouble("Nobody logs in here", "This Plumbline has no log-in.");
    case "unbelievable":
      return trouble(
        `What ${provider} says cannot be believed`,
        "Its answer is not for this log-in. Begin again; if it goes on, tell whoever runs Plumbline.",
      );
    default:
      return trouble(`${provider} refuses the log-in`, "If it goes on, tell whoever runs Plumbline.");
  }
}
