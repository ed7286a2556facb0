/** The text for the clipboard, without the markers that mean nothing elsewhere. */
export function plainText(content: string): string {
  return content.replace(/\[(?:\d{1,3}|\?)\]/g, "");
}
