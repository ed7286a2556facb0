import { X } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../backend";
import { useWords } from "../errors/words";
import { IconButton } from "../kit/Button";
import { createStore, useStore } from "./store";

type Toast =
  { kind: "note"; text: string; action?: { label: string; run: () => void } } | { kind: "error"; error: WireError };

const toasts = createStore<(Toast & { id: number })[]>([]);
let nextId = 1;

/** Says something in passing, at the lower edge. */
export function showToast(toast: Toast) {
  const id = nextId++;
  toasts.set((now) => [...now.slice(-2), { ...toast, id }]);
}

function dismiss(id: number) {
  toasts.set((now) => now.filter((toast) => toast.id !== id));
}

export function Toasts() {
  const shown = useStore(toasts);
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-5 z-50 flex flex-col items-center gap-2"
    >
      {shown.map((toast) => (
        <One key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function One({ toast }: { toast: Toast & { id: number } }) {
  const { t } = useTranslation();
  const words = useWords(toast.kind === "error" ? toast.error : null);
  const action = toast.kind === "note" ? toast.action : undefined;
  useEffect(() => {
    const timer = setTimeout(() => dismiss(toast.id), action || toast.kind === "error" ? 8000 : 3000);
    return () => clearTimeout(timer);
  }, [toast.id, action, toast.kind]);
  return (
    <div className="pointer-events-auto flex max-w-lg items-center gap-2 rounded-lg bg-ink py-1.5 ps-4 pe-2 text-base text-paper shadow-pop animate-appear">
      <span className="py-0.5">{toast.kind === "note" ? toast.text : words.sentence}</span>
      {action && (
        <button
          type="button"
          className="rounded-md px-2 py-1 font-medium underline underline-offset-4"
          onClick={() => {
            action.run();
            dismiss(toast.id);
          }}
        >
          {action.label}
        </button>
      )}
      <IconButton
        icon={X}
        size="small"
        label={t("action.close")}
        className="text-paper! hover:bg-transparent!"
        onClick={() => dismiss(toast.id)}
      />
    </div>
  );
}
