// Runs before anything is drawn, so that a dark page never begins white.
(() => {
  let wanted = null;
  try {
    wanted = localStorage.getItem("plumbline-theme");
  } catch {
    // Storage may be off; then the system decides.
  }
  const dark =
    wanted === "dark" || (wanted !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("pf-v6-theme-dark", dark);
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
})();
