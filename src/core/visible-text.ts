/** Control characters, also those that turn the direction of writing or break lines in some terminals. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const MOST_CHARACTERS = 80;

/** The text with its control characters written out (`\u001b`), so that printing it does nothing to a terminal. Tabs and line ends stay. */
export function visible(text: string): string {
  return text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** On one line. */
export function visibleLine(text: string): string {
  return visible(text).replace(/\t/g, "\\t").replace(/\n/g, "\\n");
}

/** What came from outside, as part of a message: on one line, and its beginning only where it is long. */
export function excerpt(text: string): string {
  // Cut twice: writing out a long text would take long, and what is written out is longer.
  const line = visibleLine(text.slice(0, MOST_CHARACTERS));
  return line.length < text.length || line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS - 1)}…` : line;
}
