/** Puts the mark `[?]` behind sentences without support that do not carry it yet. */
export function markUnsupported(content: string, unsupported: string[]): string {
  let marked = content;
  for (const sentence of unsupported) {
    const wanted = sentence.trim();
    if (!wanted) continue;
    const at = marked.indexOf(wanted);
    if (at < 0) continue;
    const end = at + wanted.length;
    if (/^[。！？!?.；;\s]*\[\?\]/u.test(marked.slice(end))) continue;
    marked = `${marked.slice(0, end)}[?]${marked.slice(end)}`;
  }
  return marked;
}
