import { isMac, keysOf } from "../app/shortcuts";

/** A shortcut drawn as keys. */
export function Keys({ shortcut, inverted = false }: { shortcut: string; inverted?: boolean }) {
  return (
    <span className="inline-flex items-center gap-0.5" aria-hidden>
      {keysOf(shortcut, isMac).map((key) => (
        <kbd
          key={key}
          className={`inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-sm border px-1 font-sans text-2xs ${inverted ? "border-ink-3 text-paper" : "border-line bg-sunken text-ink-3"}`}
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
