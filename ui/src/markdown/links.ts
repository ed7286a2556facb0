// What may become of a link in an answer: the text comes from a model that read files, so nothing in it is trusted.

/** The address if it may be opened after the user confirmed it, or null: the link is then shown as text. */
export function outsideAddress(href: string): string | null {
  // Control signs and spaces inside a scheme are a known trick: `java\nscript:`.
  if (/[\u0000-\u0020\u007f]/.test(href)) return null;
  let url: URL;
  try {
    url = new URL(href);
  } catch {
    return null;
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  // A name before the host makes another host look like the one that is opened.
  if (url.username || url.password) return null;
  return url.href;
}
