import { Check, CircleAlert, X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { showToast } from "../../app/toasts";
import { useBackend, type Rewrite, type RewrittenParagraph, type SkillResult } from "../../backend";
import { toWireError } from "../../errors/table";
import { Button } from "../../kit/Button";
import { changeIds, toggled } from "./pieces";

/** Old and new text in one: a press on a change leaves it or takes it again; saving writes what is taken. */
export function RewriteView({ rewrite, onSaved }: { rewrite: Rewrite; onSaved: (result: SkillResult) => void }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [accepted, setAccepted] = useState<ReadonlySet<number>>(() => new Set(changeIds(rewrite)));
  const [saving, setSaving] = useState(false);
  const save = () => {
    setSaving(true);
    backend
      .applyRewrite({ rewrite, accepted: [...accepted], out: null })
      .then(onSaved, (error: unknown) => showToast({ kind: "error", error: toWireError(error) }))
      .finally(() => setSaving(false));
  };
  return (
    <RewritePieces
      rewrite={rewrite}
      accepted={accepted}
      onAccepted={setAccepted}
      action={
        <Button size="small" look="primary" disabled={saving} onClick={save}>
          {t("rewrite.save")}
        </Button>
      }
    />
  );
}

/** The paragraphs of a rewrite with their changes, and buttons for all of them. */
export function RewritePieces({
  rewrite,
  accepted,
  onAccepted,
  action,
}: {
  rewrite: Rewrite;
  accepted: ReadonlySet<number>;
  onAccepted: (accepted: ReadonlySet<number>) => void;
  /** What is done with the taken changes. */
  action?: ReactNode;
}) {
  const { t } = useTranslation();
  const all = changeIds(rewrite);
  return (
    <section aria-label={t("rewrite.label")} className="mt-5">
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <p className="tabular me-auto text-sm text-ink-2">
          {t("rewrite.taken", { count: accepted.size, all: all.length })}
        </p>
        <Button size="small" icon={Check} onClick={() => onAccepted(new Set(all))}>
          {t("rewrite.all")}
        </Button>
        <Button size="small" icon={X} onClick={() => onAccepted(new Set())}>
          {t("rewrite.none")}
        </Button>
        {action}
      </div>
      <div className="flex flex-col gap-3 leading-relaxed">
        {rewrite.paragraphs.map((paragraph, index) => (
          <Paragraph
            key={index}
            paragraph={paragraph}
            accepted={accepted}
            toggle={(id) => onAccepted(toggled(accepted, id))}
          />
        ))}
      </div>
    </section>
  );
}

function Paragraph(props: {
  paragraph: RewrittenParagraph;
  accepted: ReadonlySet<number>;
  toggle: (id: number) => void;
}) {
  const { t } = useTranslation();
  const { paragraph, accepted, toggle } = props;
  return (
    <div>
      <p className="whitespace-pre-wrap">
        {paragraph.pieces.map((piece, index) =>
          piece.type === "same" ? (
            <span key={index}>{piece.text}</span>
          ) : (
            <button
              key={index}
              type="button"
              aria-pressed={accepted.has(piece.id)}
              aria-label={t(piece.old ? (piece.new ? "rewrite.change" : "rewrite.remove") : "rewrite.insert", {
                old: piece.old,
                new: piece.new,
              })}
              onClick={() => toggle(piece.id)}
              className={`rounded-sm px-0.5 text-start ${accepted.has(piece.id) ? "bg-accent-soft" : "bg-sunken"}`}
            >
              {piece.old && <del className={accepted.has(piece.id) ? "text-ink-2" : "no-underline"}>{piece.old}</del>}
              {piece.new && (
                <ins
                  className={
                    accepted.has(piece.id) ? "font-medium text-accent no-underline" : "text-ink-2 line-through"
                  }
                >
                  {piece.new}
                </ins>
              )}
            </button>
          ),
        )}
      </p>
      {paragraph.flags.map((flag, index) => (
        <p key={index} className="mt-1 flex items-baseline gap-1.5 text-sm text-warn">
          <CircleAlert aria-hidden className="size-3.5 shrink-0 translate-y-0.5" />
          {t(`rewrite.flag.${flag.problem}`, { facts: flag.facts.map((fact) => fact.text).join(t("rewrite.comma")) })}
        </p>
      ))}
      {paragraph.refused && (
        <details className="mt-1 text-sm text-ink-2">
          <summary className="cursor-pointer">{t("rewrite.refused")}</summary>
          <p className="mt-1 whitespace-pre-wrap">{paragraph.refused}</p>
        </details>
      )}
    </div>
  );
}
