import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Cpu, FileInput } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Header } from "../../app/Header";
import { useLanguage, useSettings } from "../../app/settings";
import { showToast } from "../../app/toasts";
import { useBackend, type ModelView } from "../../backend";
import { toWireError } from "../../errors/table";
import { bytes } from "../../format/numbers";
import { extensionOf } from "../../format/paths";
import { Button } from "../../kit/Button";
import { Badge, Empty, ErrorNote, Waiting } from "../../kit/states";
import { DownloadLine } from "./DownloadLine";
import { MachineLine } from "./MachineLine";
import { useModelWork } from "./work";

const kinds = ["chat", "embedding", "rerank", "vision", "speech", "ocr"] as const;

export default function ModelsScreen() {
  const { t } = useTranslation();
  const backend = useBackend();
  const models = useQuery({ queryKey: ["models"], queryFn: () => backend.models() });
  const { adding, add, pickAndAdd } = useModelWork();
  const [over, setOver] = useState(false);
  useEffect(
    () =>
      backend.onFileDrop((event) => {
        setOver(event.kind === "over");
        if (event.kind !== "drop") return;
        const [path] = event.paths.filter((one) => extensionOf(one) === "gguf");
        if (path) void add(path);
        else showToast({ kind: "note", text: t("models.dropOnly") });
      }),
    // `add` is made anew with each drawing and reads nothing that changes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [backend, t],
  );
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <Header title={t("nav.models")}>
        <Button icon={FileInput} onClick={() => void pickAndAdd()}>
          {t("models.addFile")}
        </Button>
      </Header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-4xl px-8 py-6">
          <Machine />
          {adding && (
            <section className="mt-4 rounded-xl border border-line bg-surface px-4 py-3" aria-label={adding.name}>
              <p className="font-medium">{adding.name}</p>
              <DownloadLine work={adding} />
              {adding.error && <ErrorNote error={adding.error} subject={adding.name} />}
            </section>
          )}
          {models.error ? (
            <ErrorNote large error={models.error} onRetry={() => void models.refetch()} />
          ) : !models.data ? (
            <Waiting />
          ) : models.data.length === 0 ? (
            <Empty icon={Cpu} title={t("models.empty")} about={t("models.emptyAbout")} />
          ) : (
            kinds.map((kind) => {
              const some = models.data.filter((model) => model.kind === kind);
              if (some.length === 0) return null;
              return (
                <section key={kind} className="mt-7" aria-labelledby={`models-${kind}`}>
                  <h2 id={`models-${kind}`} className="font-medium">
                    {t(`models.kind.${kind}`)}
                  </h2>
                  <p className="text-sm text-ink-2">{t(`models.kindAbout.${kind}`)}</p>
                  <ul className="mt-2 divide-y divide-line rounded-xl border border-line bg-surface">
                    {some.map((model) => (
                      <Row key={model.id} model={model} />
                    ))}
                  </ul>
                </section>
              );
            })
          )}
        </div>
      </div>
      {over && (
        <div className="pointer-events-none absolute inset-2 z-20 flex flex-col items-center justify-center gap-2 rounded-xl border-2 border-dashed border-accent bg-accent-soft text-accent">
          <FileInput aria-hidden className="size-8" strokeWidth={1.25} />
          <p className="text-lg font-medium">{t("models.drop")}</p>
        </div>
      )}
    </div>
  );
}

function Machine() {
  const { t } = useTranslation();
  const backend = useBackend();
  const { expert } = useSettings();
  const machine = useQuery({ queryKey: ["machine"], queryFn: () => backend.machine() });
  return (
    <section aria-label={t("machine.title")}>
      <h2 className="font-medium">{t("machine.title")}</h2>
      <MachineLine />
      {machine.data && (
        <p className="selectable text-sm text-ink-2">
          {machine.data.reason}
          {expert && (
            <span className="ms-2 font-mono text-xs">
              {machine.data.processor}
              {machine.data.cpu_variant && ` · ${machine.data.cpu_variant}`}
            </span>
          )}
        </p>
      )}
    </section>
  );
}

function Row({ model }: { model: ModelView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const backend = useBackend();
  const client = useQueryClient();
  const { get, works } = useModelWork();
  const work = works[model.id];
  const attempt = (what: Promise<void>) =>
    void what.then(
      () => client.invalidateQueries({ queryKey: ["models"] }),
      (error: unknown) => showToast({ kind: "error", error: toWireError(error) }),
    );
  const speed =
    model.measured_tokens_per_second !== null
      ? t("models.measured", { count: Math.round(model.measured_tokens_per_second) })
      : model.predicted_tokens_per_second !== null
        ? t("models.predicted", { count: Math.round(model.predicted_tokens_per_second) })
        : null;
  return (
    <li className="px-4 py-3">
      <div className="flex items-center gap-4">
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-center gap-1.5">
            <span className="font-medium">{model.name}</span>
            {model.tier && <Badge>{t(`models.tier.${model.tier}`)}</Badge>}
            {model.active && <Badge tone="good">{model.loaded ? t("models.inUseLoaded") : t("models.inUse")}</Badge>}
            {!model.fits && <Badge tone="warn">{t("models.fitsNot")}</Badge>}
            {model.sha256_ok === false && <Badge tone="bad">{t("models.damaged")}</Badge>}
          </p>
          <p className="tabular text-sm text-ink-2">
            {[
              bytes(model.bytes, language),
              t("models.needs", { memory: bytes(model.needed_bytes, language) }),
              speed,
              model.license,
            ]
              .filter(Boolean)
              .join(" · ")}
          </p>
        </div>
        {model.installed ? (
          model.kind === "chat" &&
          (model.active ? (
            model.loaded && (
              <Button size="small" onClick={() => attempt(backend.unloadModel())}>
                {t("models.unload")}
              </Button>
            )
          ) : (
            <Button size="small" disabled={!model.fits} onClick={() => attempt(backend.useModel(model.id))}>
              {t("models.use")}
            </Button>
          ))
        ) : !work || work.error ? (
          <Button size="small" disabled={!model.fits} onClick={() => get(model)}>
            {model.downloaded_bytes ? t("models.resume") : t("models.get")}
          </Button>
        ) : null}
        {model.installed && model.kind !== "chat" && <Badge>{t("models.here")}</Badge>}
      </div>
      {work && <DownloadLine work={work} />}
      {work?.error && (
        <div className="mt-2">
          <ErrorNote error={work.error} subject={model.name} onRetry={() => get(model)} />
        </div>
      )}
      {!work && !model.installed && model.downloaded_bytes !== null && model.downloaded_bytes > 0 && (
        <p className="tabular mt-1 text-xs text-ink-3">
          {t("models.partly", {
            done: bytes(model.downloaded_bytes, language),
            total: bytes(model.bytes, language),
          })}
        </p>
      )}
    </li>
  );
}
