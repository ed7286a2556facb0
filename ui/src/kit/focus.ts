import { useRef } from "react";

/**
 * Focus of a dialog that something outside of it opens. It goes to the dialog as a whole, since its first button is
 * mostly the one that closes it and its tip would pop up; and back to where it was when the dialog closes.
 */
export function useDialogFocus() {
  const before = useRef<Element | null>(null);
  return {
    onOpenAutoFocus: (event: Event) => {
      before.current = document.activeElement;
      event.preventDefault();
      if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      if (before.current instanceof HTMLElement) before.current.focus();
    },
  };
}
