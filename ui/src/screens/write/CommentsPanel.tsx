import { useEditorState, type Editor } from "@tiptap/react";
import { Check, RotateCcw, Trash2 } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../app/settings";
import type { Comment } from "../../backend";
import { moment } from "../../format/numbers";
import { IconButton } from "../../kit/Button";
import { textAreaLook } from "../../kit/fields";

interface Reach {
  from: number;
  to: number;
  text: string;
}

/** Where each comment hangs, in the order of the text. */
function reaches(editor: Editor): Map<number, Reach> {
  const found = new Map<number, Reach>();
  editor.state.doc.descendants((node, at) => {
    for (const mark of node.marks) {
      if (mark.type.name !== "comment") continue;
      const id = Number(mark.attrs["id"]);
      const before = found.get(id);
      const text = (before?.text ?? "") + (node.text ?? "");
      found.set(id, { from: before?.from ?? at, to: at + node.nodeSize, text });
    }
  });
  return found;
}

export function CommentsPanel({
  editor,
  comments,
  onComments,
  active,
  onActive,
}: {
  editor: Editor;
  comments: Comment[];
  onComments: (comments: Comment[]) => void;
  active: number | null;
  onActive: (id: number | null) => void;
}) {
  const { t } = useTranslation();
  const places = useEditorState({ editor, selector: ({ editor: one }) => [...reaches(one)] });
  const at = new Map(places);
  const order = [...at.keys()];
  const rank = (comment: Comment) => {
    const place = order.indexOf(comment.id);
    return (comment.resolved ? 1e6 : 0) + (place < 0 ? 1e5 : place);
  };
  const sorted = [...comments].sort((a, b) => rank(a) - rank(b));
  const change = (id: number, part: Partial<Comment>) =>
    onComments(comments.map((comment) => (comment.id === id ? { ...comment, ...part } : comment)));
  if (comments.length === 0) return <p className="p-4 text-ink-2">{t("write.comment.none")}</p>;
  return (
    <ul aria-label={t("write.tab.comments")} className="flex flex-col gap-2 p-2">
      {sorted.map((comment) => (
        <One
          key={comment.id}
          comment={comment}
          reach={at.get(comment.id)}
          active={comment.id === active}
          onActive={() => onActive(comment.id)}
          onShow={(reach) => {
            onActive(comment.id);
            editor.chain().focus().setTextSelection({ from: reach.from, to: reach.to }).scrollIntoView().run();
          }}
          onText={(text) => change(comment.id, { text })}
          onResolve={() => change(comment.id, { resolved: !comment.resolved })}
          onDelete={() => onComments(comments.filter((other) => other.id !== comment.id))}
        />
      ))}
    </ul>
  );
}

function One(props: {
  comment: Comment;
  reach: Reach | undefined;
  active: boolean;
  onActive: () => void;
  onShow: (reach: Reach) => void;
  onText: (text: string) => void;
  onResolve: () => void;
  onDelete: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { comment, reach, active } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const isNew = active && comment.text === "";
  // A comment that was just begun waits for its words.
  useEffect(() => {
    if (isNew) field.current?.focus();
  }, [isNew]);
  return (
    <li className={`rounded-lg border p-2 ${active ? "border-accent" : "border-line"}`}>
      <div className="flex items-center gap-1">
        {reach ? (
          <button
            type="button"
            onClick={() => props.onShow(reach)}
            className="ring-inside min-w-0 flex-1 truncate rounded-sm px-1 text-start text-sm text-ink-2 hover:text-ink"
          >
            “{reach.text}”
          </button>
        ) : (
          <span className="min-w-0 flex-1 truncate px-1 text-sm text-ink-2">{t("write.comment.gone")}</span>
        )}
        <IconButton
          size="small"
          icon={comment.resolved ? RotateCcw : Check}
          label={t(comment.resolved ? "write.comment.reopen" : "write.comment.resolve")}
          onClick={props.onResolve}
        />
        <IconButton size="small" icon={Trash2} label={t("write.comment.delete")} onClick={props.onDelete} />
      </div>
      <textarea
        ref={field}
        rows={2}
        aria-label={t("write.comment.text")}
        placeholder={t("write.comment.text")}
        value={comment.text}
        disabled={comment.resolved}
        onFocus={props.onActive}
        onChange={(event) => props.onText(event.target.value)}
        className={`${textAreaLook} mt-1 w-full resize-y disabled:bg-sunken disabled:text-ink-2`}
      />
      <p className="tabular mt-1 px-1 text-xs text-ink-2">
        {moment(comment.at_ms, language)}
        {comment.resolved && ` · ${t("write.comment.resolved")}`}
      </p>
    </li>
  );
}
