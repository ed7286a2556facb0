import { useQueryClient } from "@tanstack/react-query";
import { EditorContent, useEditor, useEditorState, type Editor } from "@tiptap/react";
import { ArrowLeft, PanelRight } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ShowSidebar } from "../../app/Header";
import { go } from "../../app/router";
import { useLanguage } from "../../app/settings";
import { isComposing } from "../../app/shortcuts";
import { useStore } from "../../app/store";
import { showToast } from "../../app/toasts";
import { useBackend, type Citation, type Comment, type Passage, type StoredManuscript } from "../../backend";
import { placeOf } from "../../format/anchor";
import { count } from "../../format/numbers";
import { fileName } from "../../format/paths";
import { IconButton } from "../../kit/Button";
import "../../styles/write.css";
import { openSource, showCitation } from "../source/open";
import { fromEditor, textOf, toEditor, whole } from "./body";
import { citedIn, merged } from "./citations";
import { counted } from "./count";
import { ExportMenu } from "./ExportMenu";
import { keptLabel } from "./kept";
import { RewriteDialog } from "./RewriteDialog";
import { createSaver, unsavedOf } from "./save";
import { SaveLine } from "./SaveLine";
import { extensions, shownComments } from "./schema";
import { SidePanel, type Tab } from "./SidePanel";
import { Toolbar } from "./Toolbar";

/** A document being written: the text in the middle, its sources, comments, questions and versions at the side. */
export function Writer({
  stored,
  onRestored,
}: {
  stored: StoredManuscript;
  onRestored: (stored: StoredManuscript) => void;
}) {
  const { t } = useTranslation();
  const backend = useBackend();
  const client = useQueryClient();
  const language = useLanguage();
  const { id } = stored.summary;
  const [title, setTitle] = useState(stored.summary.title);
  const [comments, setComments] = useState<Comment[]>(stored.content.comments);
  const [citations, setCitations] = useState<Citation[]>(stored.content.citations);
  const [passages, setPassages] = useState<Passage[]>(stored.content.passages);
  const [tab, setTab] = useState<Tab | null>(innerWidth >= 1100 ? "sources" : null);
  const [active, setActive] = useState<number | null>(null);
  const [rewriting, setRewriting] = useState(false);
  const source = useStore(openSource);
  const saver = useMemo(() => createSaver(backend, id, stored.version.at_ms), [backend, id, stored.version.at_ms]);

  // What the editor's own callbacks look at: they are made once.
  const now = useRef({ title, comments, citations });
  now.current = { title, comments, citations };
  const toolbar = useRef<HTMLDivElement>(null);
  const startComment = useRef(() => {});

  // Made once: the same options on every drawing leave the editor alone.
  const [options] = useState(() => ({
    extensions: extensions({
      id,
      placeholder: t("write.placeholder"),
      citeLabel: (marker) => {
        const citation = now.current.citations.find((one) => one.marker === marker);
        if (!citation) return t("write.citeGone", { marker });
        return t("ask.citeLabel", { marker, name: fileName(citation.path), place: placeOf(citation.anchor, t) });
      },
      onCite: (marker) => showCitation(now.current.citations, marker),
      keptLabel: (block) => keptLabel(block, t),
      onToolbar: () => toolbar.current?.querySelector<HTMLElement>("button:not([disabled])")?.focus(),
      onComment: () => startComment.current(),
    }),
    content: toEditor(stored.content.passages),
    injectCSS: false,
    editorProps: {
      attributes: {
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": t("write.text"),
        // A dictionary might be fetched from elsewhere.
        spellcheck: "false",
        class: "reading writing selectable",
      },
    },
  }));
  const editor = useEditor(options);

  const read = useCallback(() => {
    const { title, comments, citations } = now.current;
    return { title, content: whole({ passages: fromEditor(editor.getJSON()), comments, citations }) };
  }, [editor]);
  const changed = useCallback(() => saver.changed(read), [saver, read]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onUpdate = () => {
      changed();
      // Counting and listing the sources of a long text may wait until the fingers rest.
      clearTimeout(timer);
      timer = setTimeout(() => setPassages(fromEditor(editor.getJSON())), 250);
    };
    editor.on("update", onUpdate);
    return () => {
      clearTimeout(timer);
      editor.off("update", onUpdate);
    };
  }, [editor, changed]);

  // Leaving the screen, the window or the program keeps what was written.
  useEffect(() => {
    const flush = () => void saver.flush();
    // What an earlier visit could not save is tried again.
    if (unsavedOf(id)) flush();
    addEventListener("pagehide", flush);
    addEventListener("blur", flush);
    return () => {
      removeEventListener("pagehide", flush);
      removeEventListener("blur", flush);
      void saver.flush().then(() => {
        const state = saver.state.get();
        if (state.is === "failed") showToast({ kind: "error", error: state.error });
        return client.invalidateQueries({ queryKey: ["manuscripts"] });
      });
    };
  }, [saver, client, id]);

  useEffect(() => {
    const open = new Set(comments.filter((comment) => !comment.resolved).map((comment) => comment.id));
    editor.view.dispatch(editor.state.tr.setMeta(shownComments, { open, active }).setMeta("addToHistory", false));
  }, [editor, comments, active]);

  const changeComments = (next: Comment[]) => {
    now.current = { ...now.current, comments: next };
    setComments(next);
    changed();
  };
  const addComment = () => {
    if (editor.state.selection.empty) return;
    const next = Math.max(0, ...now.current.comments.map((comment) => comment.id)) + 1;
    changeComments([...now.current.comments, { id: next, text: "", resolved: false, at_ms: Date.now() }]);
    // The focus goes to the words of the comment.
    editor.commands.setMark("comment", { id: next });
    setActive(next);
    setTab("comments");
    openSource.set(null);
  };
  startComment.current = addComment;

  /** Puts passages with their citations behind the block in which the caret stands. */
  const insert = (made: Passage[], incoming: Citation[]) => {
    const next = merged(made, incoming, now.current.citations);
    now.current = { ...now.current, citations: next.citations };
    setCitations(next.citations);
    const { $to } = editor.state.selection;
    const at = $to.depth > 0 ? $to.after(1) : $to.pos;
    editor
      .chain()
      .focus()
      .insertContentAt(at, toEditor(next.passages).content ?? [])
      .run();
  };

  const cited = useMemo(() => citedIn(passages, citations), [passages, citations]);
  return (
    <>
      <header className="flex min-h-12 shrink-0 items-center gap-2 border-b border-line ps-3 pe-4">
        <ShowSidebar />
        <IconButton icon={ArrowLeft} label={t("write.back")} onClick={() => go({ screen: "write", document: null })} />
        <h1 className="sr-only">{title || t("write.untitled")}</h1>
        <input
          aria-label={t("write.title")}
          placeholder={t("write.untitled")}
          value={title}
          maxLength={120}
          onChange={(event) => {
            setTitle(event.target.value);
            now.current = { ...now.current, title: event.target.value };
            changed();
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !isComposing(event.nativeEvent)) {
              event.preventDefault();
              // `commands.focus` waits for the next frame; what is typed until then would go into the title.
              editor.view.focus();
              editor.commands.setTextSelection(0);
            }
          }}
          className="h-8 min-w-0 flex-1 rounded-md bg-transparent px-2 text-lg font-semibold placeholder:text-ink-3"
        />
        <SaveLine saver={saver} />
        <ExportMenu id={id} flush={() => saver.flush()} />
        <IconButton
          icon={PanelRight}
          label={t("write.panel")}
          pressed={tab !== null && !source}
          onClick={() => {
            if (source) openSource.set(null);
            setTab((open) => (open && !source ? null : (open ?? "sources")));
          }}
        />
      </header>
      <div className="flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col">
          <Toolbar ref={toolbar} editor={editor} onComment={addComment} onRewrite={() => setRewriting(true)} />
          <div className="min-h-0 flex-1 overflow-y-auto">
            <EditorContent editor={editor} className="mx-auto max-w-3xl px-8 py-6" />
          </div>
          <Count editor={editor} passages={passages} language={language} />
        </div>
        {tab !== null && !source && (
          <SidePanel
            id={id}
            tab={tab}
            onTab={setTab}
            editor={editor}
            citations={cited}
            comments={comments}
            onComments={changeComments}
            active={active}
            onActive={setActive}
            onInsert={insert}
            flush={() => saver.flush()}
            onRestored={onRestored}
          />
        )}
      </div>
      {rewriting && <RewriteDialog editor={editor} citations={citations} onClose={() => setRewriting(false)} />}
    </>
  );
}

/** Words and characters of the text, and of the selection while there is one. */
function Count({ editor, passages, language }: { editor: Editor; passages: Passage[]; language: string }) {
  const { t } = useTranslation();
  const selected = useEditorState({
    editor,
    selector: ({ editor: one }) => {
      const { from, to, empty } = one.state.selection;
      return empty ? "" : one.state.doc.textBetween(from, to, "\n");
    },
  });
  const all = useMemo(() => counted(textOf(passages)), [passages]);
  const part = useMemo(() => (selected ? counted(selected) : null), [selected]);
  const words = (of: typeof all) =>
    t("write.count", { words: count(of.words, language), characters: count(of.characters, language) });
  return (
    <p className="tabular shrink-0 border-t border-line px-4 py-1 text-sm text-ink-2">
      {part ? t("write.selected", { part: words(part), all: words(all) }) : words(all)}
    </p>
  );
}
