import { useQuery } from "@tanstack/react-query";
import { Check, ChevronDown, Folder, FolderSearch, Library } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "../../app/store";
import { useBackend } from "../../backend";
import { fileName, folderOf } from "../../format/paths";
import { FileIcon } from "../../kit/FileIcon";
import { SearchField } from "../../kit/fields";
import { placeState, setPlace, type Place } from "./place";

/** What of the files the next question is asked of: all, a folder, some files. */
export function ScopePicker({ place }: { place: Place }) {
  const { t } = useTranslation();
  const { scope } = useStore(placeState(place));
  const only = scope.paths[0];
  const name =
    only === undefined
      ? t("scope.all")
      : scope.paths.length === 1
        ? fileName(only)
        : t("scope.some", { count: scope.paths.length });
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button
          type="button"
          aria-label={t("scope.label", { name })}
          className={`flex h-8 max-w-60 min-w-0 items-center gap-1.5 rounded-md px-2 text-sm transition-colors hover:bg-hover hover:text-ink ${only === undefined ? "text-ink-2" : "bg-accent-soft text-accent"}`}
        >
          <FolderSearch aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />
          <span className="truncate">{name}</span>
          <ChevronDown aria-hidden className="size-3.5 shrink-0" />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="top"
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label={t("scope.title")}
          className="z-50 flex max-h-[60vh] w-80 flex-col rounded-lg bg-surface p-2 shadow-pop animate-fade"
        >
          <Choices place={place} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Choices({ place }: { place: Place }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const { scope } = useStore(placeState(place));
  const [text, setText] = useState("");
  const library = useQuery({ queryKey: ["library"], queryFn: () => backend.libraryStatus() });
  const files = useQuery({
    queryKey: ["sources", "scope", text],
    queryFn: () => backend.sources({ text, state: "all", offset: 0, limit: 50 }),
    placeholderData: (before) => before,
  });
  const choose = (paths: string[]) => setPlace(place, { scope: { paths } });
  const toggle = (path: string) =>
    choose(scope.paths.includes(path) ? scope.paths.filter((other) => other !== path) : [...scope.paths, path]);
  const usable = files.data?.sources.filter((source) => source.state === "ready" || source.state === "words") ?? [];
  return (
    <>
      <Choice
        icon={<Library aria-hidden className="size-4 text-ink-3" strokeWidth={1.75} />}
        name={t("scope.all")}
        chosen={scope.paths.length === 0}
        onToggle={() => choose([])}
      />
      <SearchField value={text} onChange={setText} label={t("scope.search")} className="my-2" />
      <div className="min-h-0 flex-1 overflow-y-auto">
        {text === "" &&
          library.data?.roots.map((root) => (
            <Choice
              key={root.path}
              icon={<Folder aria-hidden className="size-4 shrink-0 text-ink-3" strokeWidth={1.75} />}
              name={fileName(root.path)}
              about={folderOf(root.path)}
              chosen={scope.paths.includes(root.path)}
              onToggle={() => toggle(root.path)}
            />
          ))}
        {usable.map((source) => (
          <Choice
            key={source.path}
            icon={<FileIcon path={source.path} />}
            name={fileName(source.path)}
            chosen={scope.paths.includes(source.path)}
            onToggle={() => toggle(source.path)}
          />
        ))}
        {files.data && usable.length === 0 && <p className="px-2 py-3 text-sm text-ink-2">{t("scope.none")}</p>}
      </div>
    </>
  );
}

function Choice({
  icon,
  name,
  about,
  chosen,
  onToggle,
}: {
  icon: React.ReactNode;
  name: string;
  about?: string;
  chosen: boolean;
  onToggle: () => void;
}) {
  return (
    <button
      type="button"
      role="checkbox"
      aria-checked={chosen}
      onClick={onToggle}
      className="ring-inside flex min-h-8 w-full items-center gap-2 rounded-md px-2 text-start hover:bg-hover"
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{name}</span>
      {about && <span className="max-w-28 truncate text-xs text-ink-3">{about}</span>}
      <Check aria-hidden className={`size-4 shrink-0 text-accent ${chosen ? "" : "invisible"}`} />
    </button>
  );
}
