/** Puts the focus on a dialog as a whole: its first button is mostly the one that closes it, and its tip would pop up. */
export function focusItself(event: Event) {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}
