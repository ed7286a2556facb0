import { Search, X } from "lucide-react";
import { RadioGroup, Switch as RadixSwitch } from "radix-ui";
import { forwardRef, useId, type InputHTMLAttributes, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

const box =
  "rounded-md border border-line-2 bg-surface text-base text-ink placeholder:text-ink-3 focus-visible:outline-2 focus-visible:-outline-offset-1 focus-visible:outline-accent";

export const TextField = forwardRef<HTMLInputElement, InputHTMLAttributes<HTMLInputElement>>(function TextField(
  { className = "", ...rest },
  ref,
) {
  return <input ref={ref} className={`h-8 px-2.5 ${box} ${className}`} {...rest} />;
});

export const textAreaLook = `px-2.5 py-1.5 leading-relaxed ${box}`;

export function SearchField({
  value,
  onChange,
  label,
  className = "",
}: {
  value: string;
  onChange: (value: string) => void;
  label: string;
  className?: string;
}) {
  const { t } = useTranslation();
  return (
    <div className={`relative ${className}`}>
      <Search
        aria-hidden
        className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-3"
        strokeWidth={1.75}
      />
      <input
        type="text"
        role="searchbox"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && value) {
            event.stopPropagation();
            onChange("");
          }
        }}
        className={`h-8 w-full ps-8 pe-7 ${box}`}
      />
      {value && (
        <button
          type="button"
          aria-label={t("action.clear")}
          onClick={() => onChange("")}
          className="absolute top-1.5 right-1.5 rounded p-0.5 text-ink-3 hover:text-ink"
        >
          <X aria-hidden className="size-4" strokeWidth={1.75} />
        </button>
      )}
    </div>
  );
}

/** A choice among a few, all of them visible. */
export function Segmented<T extends string>({
  value,
  options,
  onChange,
  label,
}: {
  value: T;
  options: { value: T; label: ReactNode }[];
  onChange: (value: T) => void;
  label: string;
}) {
  return (
    <RadioGroup.Root
      value={value}
      onValueChange={(next) => {
        const option = options.find((candidate) => candidate.value === next);
        if (option) onChange(option.value);
      }}
      aria-label={label}
      orientation="horizontal"
      className="inline-flex flex-wrap gap-0.5 rounded-lg bg-hover p-0.5"
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          className="h-7 rounded-md px-3 text-base text-ink-2 transition-colors data-[state=checked]:bg-surface data-[state=checked]:font-medium data-[state=checked]:text-ink data-[state=checked]:shadow-low"
        >
          {option.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}

export function Toggle({
  checked,
  onChange,
  label,
  about,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: string;
  about?: string;
}) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-6 py-3">
      <label htmlFor={id} className="min-w-0">
        <span className="block text-base">{label}</span>
        {about && <span className="block text-sm text-ink-2">{about}</span>}
      </label>
      <RadixSwitch.Root
        id={id}
        checked={checked}
        onCheckedChange={onChange}
        className="mt-0.5 h-5 w-9 shrink-0 rounded-full bg-ink-3 p-0.5 transition-colors data-[state=checked]:bg-accent"
      >
        <RadixSwitch.Thumb className="block size-4 rounded-full bg-surface transition-transform data-[state=checked]:translate-x-4" />
      </RadixSwitch.Root>
    </div>
  );
}
