import type { LucideIcon } from "lucide-react";
import { forwardRef, type ButtonHTMLAttributes } from "react";
import { Tip } from "./Tip";

type Look = "primary" | "plain" | "quiet" | "danger";

const looks: Record<Look, string> = {
  primary: "bg-accent text-on-accent border-transparent hover:bg-accent-2 font-medium",
  plain: "bg-surface text-ink border-line-2 hover:bg-hover shadow-low",
  quiet: "border-transparent text-ink-2 hover:bg-hover hover:text-ink",
  danger: "bg-surface text-danger border-line-2 hover:bg-danger-soft",
};

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  size?: "small" | "normal" | "large";
  icon?: LucideIcon;
}

export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { look = "plain", size = "normal", icon: Icon, className = "", children, type = "button", ...rest },
  ref,
) {
  const sizes = {
    small: "h-7 px-2 text-sm gap-1.5",
    normal: "h-8 px-3 text-base gap-1.5",
    large: "h-10 px-5 text-base gap-2",
  };
  return (
    <button
      ref={ref}
      type={type}
      className={`inline-flex shrink-0 items-center justify-center rounded-md border whitespace-nowrap transition-colors duration-100 disabled:pointer-events-none disabled:opacity-45 ${sizes[size]} ${looks[look]} ${className}`}
      {...rest}
    >
      {Icon && <Icon aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />}
      {children}
    </button>
  );
});

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: LucideIcon;
  /** The name for screen readers, also shown on hover. */
  label: string;
  keys?: string;
  size?: "small" | "normal";
  pressed?: boolean;
  side?: "top" | "bottom" | "left" | "right";
}

export const IconButton = forwardRef<HTMLButtonElement, IconButtonProps>(function IconButton(
  { icon: Icon, label, keys, size = "normal", pressed, side, className = "", ...rest },
  ref,
) {
  return (
    <Tip text={label} keys={keys} side={side}>
      <button
        ref={ref}
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        className={`inline-flex shrink-0 items-center justify-center rounded-md transition-colors duration-100 hover:bg-hover hover:text-ink disabled:pointer-events-none disabled:opacity-40 ${pressed ? "text-accent" : "text-ink-2"} ${size === "small" ? "size-6" : "size-8"} ${className}`}
        {...rest}
      >
        <Icon aria-hidden className={size === "small" ? "size-3.5" : "size-4"} strokeWidth={1.75} />
      </button>
    </Tip>
  );
});
