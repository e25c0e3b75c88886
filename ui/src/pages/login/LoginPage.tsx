import "./login.css";
import { Alert, Button } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { beginAt, LOGGING_IN, session } from "../../api/session";
import { Failure } from "../../parts/Failure";
import { useTitle } from "../../parts/hooks";
import { said } from "./search";

/** Where one logs in, and is told why that did not work. */
export function LoginPage() {
  useTitle("Log in");
  const { next = "/", problem, issuer } = useSearch({ from: "/login" });
  const { data, error, refetch } = useQuery(session);
  const providers = data?.providers ?? [];
  const provider = providers.find(each => each.issuer === issuer)?.name ?? "The provider";
  const told = problem === undefined ? undefined : said(problem, provider);
  const person = data?.person;
  return (
    <div className="pl-login">
      <section className="pl-panel pl-login__panel" aria-labelledby="log-in">
        <h1 id="log-in" className="pl-title">
          {person ? "You are logged in" : "Log in to Plumbline"}
        </h1>
        {told && (
          <Alert isInline variant={told.variant} component="p" title={told.title}>
            {told.text}
          </Alert>
        )}
        {error && <Failure error={error} what="Nobody can log in now" retry={() => void refetch()} />}
        {person ? (
          <p>
            As {person.name}, known by {person.provider.name}. <a href={next}>Go on</a>
          </p>
        ) : (
          providers.map(({ issuer: each, name }) => (
            <Button
              key={each}
              component="a"
              href={beginAt(each, next)}
              variant={providers.length === 1 ? "primary" : "secondary"}
              isBlock
              size="lg"
            >
              Continue with {name}
            </Button>
          ))
        )}
        {data?.person === null && providers.length > 1 && (
          <p className="pl-subtle">Choose the provider that you have an account of.</p>
        )}
        {(!LOGGING_IN || (data && providers.length === 0)) && (
          <p>
            Nobody logs in to these pages. For that, set <code>server.public_url</code> and{" "}
            <code>oidc.client_id</code>; the handbook says how.
          </p>
        )}
        <p className="pl-subtle">
          Results of benchmarks are open to everybody: <Link to="/benchmarks">look at them</Link>.
        </p>
      </section>
    </div>
  );
}
