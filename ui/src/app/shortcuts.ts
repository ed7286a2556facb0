// Shortcuts as text such as `Mod+Shift+K`: `Mod` is Command on a Mac and Ctrl elsewhere.

export interface KeyPress {
  key: string;
  code?: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
  isComposing?: boolean;
  keyCode?: number;
}

const modifierKeys = new Set(["Control", "Meta", "Shift", "Alt", "AltGraph", "OS", "Dead", "Process", "Unidentified"]);

/** Whether an input method is at work, so that this key belongs to it. WebKit says so by 229 alone (its bug 165004). */
export function isComposing(press: Pick<KeyPress, "isComposing" | "keyCode">): boolean {
  return press.isComposing === true || press.keyCode === 229;
}

/** The shortcut that a key press stands for, or null for a modifier alone. */
export function shortcutOf(press: KeyPress, mac: boolean): string | null {
  if (modifierKeys.has(press.key)) return null;
  const parts: string[] = [];
  if (mac ? press.metaKey : press.ctrlKey) parts.push("Mod");
  if (mac ? press.ctrlKey : press.metaKey) parts.push(mac ? "Ctrl" : "Meta");
  if (press.altKey) parts.push("Alt");
  if (press.shiftKey) parts.push("Shift");
  parts.push(keyName(press));
  return parts.join("+");
}

function keyName(press: KeyPress): string {
  // With Alt or Shift the letter of some layouts is another sign; the place of the key is what was meant.
  if (press.code?.startsWith("Key")) return press.code.slice(3);
  if (press.code?.startsWith("Digit")) return press.code.slice(5);
  if (press.code === "Comma") return ",";
  if (press.code === "Slash") return "/";
  if (press.key === " ") return "Space";
  return press.key.length === 1 ? press.key.toUpperCase() : press.key;
}

/** Whether a shortcut can be bound: with a modifier, or a function key; plain keys are for writing. */
export function isBindable(shortcut: string): boolean {
  const parts = shortcut.split("+");
  const key = parts[parts.length - 1] ?? "";
  return parts.includes("Mod") || parts.includes("Alt") || parts.includes("Ctrl") || /^F\d{1,2}$/.test(key);
}

/** How the shortcut is written on this machine's keys. */
export function keysOf(shortcut: string, mac: boolean): string[] {
  const names: Record<string, string> = mac
    ? { Mod: "⌘", Ctrl: "⌃", Alt: "⌥", Shift: "⇧", Escape: "Esc", Enter: "↩" }
    : { Mod: "Ctrl", Meta: "Win", Escape: "Esc" };
  return shortcut.split("+").map((part) => names[part] ?? part);
}

/** The shortcuts in force: the defaults with the user's own over them; an empty text switches one off. */
export function effective(defaults: Record<string, string>, own: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(defaults).map(([command, keys]) => [command, own[command] ?? keys]));
}

/** The other command that already has this shortcut, if any. */
export function conflictOf(command: string, shortcut: string, inForce: Record<string, string>): string | null {
  if (!shortcut) return null;
  return Object.entries(inForce).find(([other, keys]) => other !== command && keys === shortcut)?.[0] ?? null;
}

/** What Enter does in the writing box. */
export function enterMeans(press: KeyPress, sendWith: "enter" | "ctrl_enter", mac: boolean): "send" | "break" | "none" {
  if (press.key !== "Enter" || isComposing(press)) return "none";
  const mod = mac ? press.metaKey : press.ctrlKey;
  if (press.shiftKey || press.altKey) return "break";
  if (sendWith === "enter") return "send";
  return mod ? "send" : "break";
}

export const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);
