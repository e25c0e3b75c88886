/** Characters that turn the direction of a text, or hide: a name with them would show as another one. */
const CONTROLS = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/** A text that machines or strangers chose, with controls shown as `⟨U+202E⟩` in place of being obeyed. */
export const visible = (text: string) =>
  text.replace(
    CONTROLS,
    control => `⟨U+${control.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}⟩`,
  );
