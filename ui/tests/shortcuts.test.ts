import { describe, expect, test } from "vitest";
import {
  conflictOf,
  effective,
  enterMeans,
  isBindable,
  isComposing,
  keysOf,
  shortcutOf,
  type KeyPress,
} from "../src/app/shortcuts";
import { defaultShortcuts } from "../src/app/commands";

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});

describe("shortcuts", () => {
  test("the main modifier is Ctrl, and Command on a Mac", () => {
    expect(shortcutOf(press("k", { ctrlKey: true, code: "KeyK" }), false)).toBe("Mod+K");
    expect(shortcutOf(press("k", { metaKey: true, code: "KeyK" }), true)).toBe("Mod+K");
    expect(shortcutOf(press("k", { ctrlKey: true, code: "KeyK" }), true)).toBe("Ctrl+K");
  });

  test("the place of the key counts where Shift or the layout changes its sign", () => {
    expect(shortcutOf(press("<", { ctrlKey: true, shiftKey: true, code: "Comma" }), false)).toBe("Mod+Shift+,");
    expect(shortcutOf(press("ф", { ctrlKey: true, code: "KeyA" }), false)).toBe("Mod+A");
  });

  test("a modifier alone is no shortcut", () => {
    expect(shortcutOf(press("Control", { ctrlKey: true }), false)).toBeNull();
    expect(shortcutOf(press("Process", { keyCode: 229 }), false)).toBeNull();
  });

  test("a letter alone cannot be bound, a function key can", () => {
    expect(isBindable("K")).toBe(false);
    expect(isBindable("Shift+K")).toBe(false);
    expect(isBindable("Mod+K")).toBe(true);
    expect(isBindable("F8")).toBe(true);
  });

  test("a conflict names the command that has the keys", () => {
    const inForce = effective(defaultShortcuts, { new_conversation: "Mod+M" });
    expect(inForce["new_conversation"]).toBe("Mod+M");
    expect(conflictOf("new_conversation", "Mod+K", inForce)).toBe("palette");
    expect(conflictOf("palette", "Mod+K", inForce)).toBeNull();
    expect(conflictOf("palette", "Mod+N", inForce)).toBeNull();
  });

  test("an emptied shortcut takes no keys", () => {
    const inForce = effective(defaultShortcuts, { palette: "" });
    expect(conflictOf("jobs", "", inForce)).toBeNull();
  });

  test("no two defaults are the same", () => {
    const keys = Object.values(defaultShortcuts);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("keys are written as the machine writes them", () => {
    expect(keysOf("Mod+Shift+F", true)).toEqual(["⌘", "⇧", "F"]);
    expect(keysOf("Mod+Shift+F", false)).toEqual(["Ctrl", "Shift", "F"]);
  });
});

describe("Enter in the writing box", () => {
  test("sends alone and breaks with Shift", () => {
    expect(enterMeans(press("Enter"), "enter", false)).toBe("send");
    expect(enterMeans(press("Enter", { shiftKey: true }), "enter", false)).toBe("break");
  });

  test("never sends while an input method is at work", () => {
    for (const sendWith of ["enter", "ctrl_enter"] as const) {
      expect(enterMeans(press("Enter", { isComposing: true }), sendWith, false)).toBe("none");
      // WebKit ends the composition before the key: only the code of the key tells.
      expect(enterMeans(press("Enter", { isComposing: false, keyCode: 229, ctrlKey: true }), sendWith, false)).toBe(
        "none",
      );
    }
    expect(isComposing({ keyCode: 13, isComposing: false })).toBe(false);
  });

  test("breaks alone when Ctrl+Enter is chosen for sending", () => {
    expect(enterMeans(press("Enter"), "ctrl_enter", false)).toBe("break");
    expect(enterMeans(press("Enter", { ctrlKey: true }), "ctrl_enter", false)).toBe("send");
    expect(enterMeans(press("Enter", { metaKey: true }), "ctrl_enter", true)).toBe("send");
  });

  test("other keys mean nothing", () => {
    expect(enterMeans(press("a"), "enter", false)).toBe("none");
  });
});
