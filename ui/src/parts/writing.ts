const FIELDS = "input:not([type=checkbox]), textarea, select, [contenteditable]";

/** Whether a key that is pressed there belongs to a field, and to no key of the pages. */
export const isField = (target: EventTarget | null) =>
  target instanceof Element && target.closest(FIELDS) !== null;
