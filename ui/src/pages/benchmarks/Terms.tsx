/** What who sends something agrees to. */
export function Terms() {
  return (
    <div className="pl-bench__terms">
      <p>
        Benchmarks, sites, flavors and results that you send are public. They are shown without your name;
        administrators see your e-mail address.
      </p>
      <ul>
        <li>Send what you measured yourself or may pass on, and nothing personal or secret.</li>
        <li>Do not load the service on purpose, and keep your token to yourself.</li>
        <li>
          Benchmarks, sites and flavors are reviewed before others see them. Results that are reported are
          hidden until somebody has looked at them.
        </li>
        <li>What breaks these terms is removed, and so may be an account.</li>
      </ul>
    </div>
  );
}
