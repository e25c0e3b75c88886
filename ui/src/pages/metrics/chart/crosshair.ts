/** The time that is pointed at: one for all charts of the page. */
let at: number | undefined;
const listeners = new Set<(at: number | undefined) => void>();

export const crosshair = {
  get: () => at,
  set(moment: number | undefined) {
    if (moment === at) return;
    at = moment;
    for (const listener of listeners) listener(at);
  },
  subscribe(listener: (at: number | undefined) => void) {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
};
