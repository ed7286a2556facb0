import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./Button";
import { useDialogFocus } from "./focus";

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** One sentence under the title. */
  about?: string;
  children?: ReactNode;
  /** Buttons, the one that Enter should mean last. */
  actions?: ReactNode;
  wide?: boolean;
}

export function Dialog({ open, onClose, title, about, children, actions, wide = false }: DialogProps) {
  const { t } = useTranslation();
  const focus = useDialogFocus();
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/30 animate-fade" />
        <Radix.Content
          {...focus}
          {...(about ? {} : { "aria-describedby": undefined })}
          className={`fixed top-1/2 left-1/2 z-50 flex outline-none! max-h-[85vh] w-[calc(100vw-3rem)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-xl bg-surface shadow-pop animate-fade ${wide ? "max-w-3xl" : "max-w-md"}`}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-2">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {about && <Radix.Description className="mt-1 text-base text-ink-2">{about}</Radix.Description>}
            </div>
            <IconButton icon={X} label={t("action.close")} onClick={onClose} className="-me-2" />
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-4">{children}</div>
          {actions && <footer className="flex justify-end gap-2 border-t border-line px-5 py-3">{actions}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
