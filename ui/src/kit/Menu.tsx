import { Check, type LucideIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactElement, ReactNode } from "react";

export interface MenuEntry {
  label: string;
  icon?: LucideIcon;
  onSelect: () => void;
  danger?: boolean;
  checked?: boolean;
  disabled?: boolean;
}

export interface MenuProps {
  trigger: ReactElement;
  /** Groups of entries, with a line between them. */
  groups: MenuEntry[][];
  align?: "start" | "end";
  header?: ReactNode;
  /** Where the focus goes when it closes; without it back to the trigger. */
  focusAfter?: () => void;
}

export function Menu({ trigger, groups, align = "end", header, focusAfter }: MenuProps) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            if (!focusAfter) return;
            event.preventDefault();
            focusAfter();
          }}
          className="z-50 min-w-44 rounded-lg bg-surface p-1 shadow-pop animate-fade"
        >
          {header}
          {groups
            .filter((group) => group.length > 0)
            .map((group, index) => (
              <div key={index} className={index > 0 ? "mt-1 border-t border-line pt-1" : ""}>
                {group.map((entry) => (
                  <DropdownMenu.Item
                    key={entry.label}
                    disabled={entry.disabled}
                    onSelect={entry.onSelect}
                    className={`flex h-8 items-center gap-2 rounded-md px-2 text-base outline-none data-disabled:opacity-40 data-highlighted:bg-hover ${entry.danger ? "text-danger" : ""}`}
                  >
                    {entry.icon && <entry.icon aria-hidden className="size-4 text-ink-3" strokeWidth={1.75} />}
                    <span className="flex-1">{entry.label}</span>
                    {entry.checked && <Check aria-hidden className="size-4 text-accent" />}
                  </DropdownMenu.Item>
                ))}
              </div>
            ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
