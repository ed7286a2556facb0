// What the editor knows: exactly what a manuscript can hold, so that nothing is written that could not be kept.

import { Extension, Mark, Node, mergeAttributes, type Extensions } from "@tiptap/core";
import Bold from "@tiptap/extension-bold";
import Document from "@tiptap/extension-document";
import HardBreak from "@tiptap/extension-hard-break";
import Heading from "@tiptap/extension-heading";
import Italic from "@tiptap/extension-italic";
import { BulletList, ListItem, ListKeymap, OrderedList } from "@tiptap/extension-list";
import Paragraph from "@tiptap/extension-paragraph";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import Text from "@tiptap/extension-text";
import { Dropcursor, Gapcursor, Placeholder, UndoRedo } from "@tiptap/extensions";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import type { BlockContent } from "../../backend/types";

export interface EditorHooks {
  /** The manuscript, so that marks pasted from another one do not point to sources of this one. */
  id: number;
  placeholder: string;
  /** Name of a citation mark for screen readers. */
  citeLabel: (marker: number) => string;
  onCite: (marker: number) => void;
  /** What stands for a block that cannot be edited. */
  keptLabel: (block: BlockContent) => string;
  /** Pressed where the toolbar is wanted. */
  onToolbar: () => void;
  onComment: () => void;
}

/** The comments that are marked in the text, and the one that is looked at. */
export interface ShownComments {
  open: ReadonlySet<number>;
  active: number | null;
}

export const shownComments = new PluginKey<ShownComments>("shownComments");

const Cite = Node.create<Pick<EditorHooks, "id" | "citeLabel" | "onCite">>({
  name: "cite",
  group: "inline",
  inline: true,
  atom: true,
  selectable: true,
  addAttributes: () => ({
    marker: { default: 0, parseHTML: (element) => Number(element.getAttribute("data-cite")), rendered: false },
  }),
  parseHTML() {
    return [{ tag: `span[data-cite][data-manuscript="${this.options.id}"]` }];
  },
  renderHTML({ node }) {
    const marker = String(node.attrs["marker"]);
    return ["span", { "data-cite": marker, "data-manuscript": String(this.options.id) }, `[${marker}]`];
  },
  renderText: ({ node }) => `[${node.attrs["marker"]}]`,
  addNodeView() {
    return ({ node }) => {
      const marker = Number(node.attrs["marker"]);
      const dom = document.createElement("button");
      dom.type = "button";
      dom.className = "cite";
      dom.contentEditable = "false";
      dom.dataset["cite"] = String(marker);
      dom.textContent = String(marker);
      dom.setAttribute("aria-label", this.options.citeLabel(marker));
      dom.addEventListener("click", () => this.options.onCite(marker));
      return { dom };
    };
  },
});

const kinds = new Set(["image", "formula", "footnote", "note", "slide", "sheet"]);

/** A block that an attribute of pasted HTML describes; anything else is none. */
function blockFrom(json: string | null): BlockContent | null {
  try {
    const block: unknown = JSON.parse(json ?? "");
    if (typeof block !== "object" || block === null || !("type" in block)) return null;
    return kinds.has(String(block.type)) ? (block as BlockContent) : null;
  } catch {
    return null;
  }
}

const Kept = Node.create<Pick<EditorHooks, "id" | "keptLabel">>({
  name: "kept",
  group: "block",
  atom: true,
  selectable: true,
  draggable: true,
  addAttributes: () => ({
    block: { default: null, parseHTML: (element) => blockFrom(element.getAttribute("data-kept")), rendered: false },
  }),
  parseHTML() {
    return [
      {
        tag: `div[data-kept][data-manuscript="${this.options.id}"]`,
        getAttrs: (element) => (blockFrom(element.getAttribute("data-kept")) ? null : false),
      },
    ];
  },
  renderHTML({ node }) {
    const block = node.attrs["block"] as BlockContent;
    const attributes = { "data-kept": JSON.stringify(block), "data-manuscript": String(this.options.id) };
    return ["div", attributes, this.options.keptLabel(block)];
  },
  addNodeView() {
    return ({ node }) => {
      const dom = document.createElement("div");
      dom.className = "kept";
      dom.textContent = this.options.keptLabel(node.attrs["block"] as BlockContent);
      return { dom };
    };
  },
});

const CommentMark = Mark.create<Pick<EditorHooks, "id">>({
  name: "comment",
  inclusive: false,
  // Several comments may hang on the same text.
  excludes: "",
  addAttributes: () => ({
    id: { default: 0, parseHTML: (element) => Number(element.getAttribute("data-comment")), rendered: false },
  }),
  parseHTML() {
    return [{ tag: `span[data-comment][data-manuscript="${this.options.id}"]` }];
  },
  renderHTML({ mark, HTMLAttributes }) {
    const own = { "data-comment": String(mark.attrs["id"]), "data-manuscript": String(this.options.id) };
    return ["span", mergeAttributes(HTMLAttributes, own), 0];
  },
  addProseMirrorPlugins: () => [
    new Plugin<ShownComments>({
      key: shownComments,
      state: {
        init: () => ({ open: new Set<number>(), active: null }),
        apply: (transaction, before) => (transaction.getMeta(shownComments) as ShownComments | undefined) ?? before,
      },
      props: {
        decorations(state) {
          const shown = shownComments.getState(state);
          if (!shown || shown.open.size === 0) return DecorationSet.empty;
          const found: Decoration[] = [];
          state.doc.descendants((node, at) => {
            for (const mark of node.marks) {
              const id = Number(mark.attrs["id"]);
              if (mark.type.name !== "comment" || !shown.open.has(id)) continue;
              const name = id === shown.active ? "commented active" : "commented";
              found.push(Decoration.inline(at, at + node.nodeSize, { class: name }));
            }
          });
          return DecorationSet.create(state.doc, found);
        },
      },
    }),
  ],
});

/** Cells hold one or more paragraphs, and no cell spans others: what was pasted is taken apart. */
const single = { default: 1, parseHTML: () => 1, rendered: false };
const cell = {
  content: "paragraph+",
  addAttributes: () => ({ colspan: single, rowspan: single, colwidth: { default: null } }),
};

const Keys = Extension.create<Pick<EditorHooks, "onToolbar" | "onComment">>({
  name: "keys",
  addKeyboardShortcuts() {
    const run = (what: () => void) => () => {
      what();
      return true;
    };
    return { "Alt-F10": run(this.options.onToolbar), "Mod-Alt-m": run(this.options.onComment) };
  },
});

export function extensions(hooks: EditorHooks): Extensions {
  return [
    Document,
    Paragraph,
    Text,
    HardBreak,
    Heading.configure({ levels: [1, 2, 3, 4, 5, 6] }),
    Bold,
    Italic,
    BulletList,
    OrderedList.extend({ addAttributes: () => ({}) }),
    ListItem.extend({ content: "paragraph (bulletList | orderedList)*" }),
    ListKeymap,
    Table.configure({ resizable: false }),
    TableRow,
    TableHeader.extend(cell),
    TableCell.extend(cell),
    UndoRedo,
    Dropcursor,
    Gapcursor,
    Placeholder.configure({ placeholder: hooks.placeholder }),
    Cite.configure(hooks),
    Kept.configure(hooks),
    CommentMark.configure(hooks),
    Keys.configure(hooks),
  ];
}
