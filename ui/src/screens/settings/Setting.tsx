import type { ReactNode } from "react";

/** A setting: its name, one line about it, and what changes it. */
export function Setting({ name, about, children }: { name: string; about?: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-b border-line py-3 last:border-b-0">
      <div className="min-w-40 flex-1">
        <p>{name}</p>
        {about && <p className="text-sm text-ink-2">{about}</p>}
      </div>
      {children}
    </div>
  );
}
