import { useEditorState, type Editor } from "@tiptap/react";
import {
  Bold,
  ChevronDown,
  IndentDecrease,
  IndentIncrease,
  Italic,
  List,
  ListOrdered,
  MessageSquarePlus,
  Redo2,
  Table,
  Undo2,
  WandSparkles,
} from "lucide-react";
import { forwardRef } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../../kit/Button";
import { Menu, type MenuEntry } from "../../kit/Menu";

/** What can be done to the text. */
export const Toolbar = forwardRef<HTMLDivElement, { editor: Editor; onComment: () => void; onRewrite: () => void }>(
  function Toolbar({ editor, onComment, onRewrite }, ref) {
    const { t } = useTranslation();
    const at = useEditorState({
      editor,
      selector: ({ editor: one }) => ({
        level: one.isActive("heading") ? Number(one.getAttributes("heading")["level"]) : 0,
        bold: one.isActive("bold"),
        italic: one.isActive("italic"),
        bullets: one.isActive("bulletList"),
        numbers: one.isActive("orderedList"),
        inList: one.isActive("listItem"),
        inTable: one.isActive("table"),
        canUndo: one.can().undo(),
        canRedo: one.can().redo(),
        selects: !one.state.selection.empty,
      }),
    });
    const toText = () => void editor.commands.focus();
    const chain = () => editor.chain().focus();
    const levels: MenuEntry[] = [
      { label: t("write.paragraph"), checked: at.level === 0, onSelect: () => chain().setParagraph().run() },
      ...([1, 2, 3, 4] as const).map((level) => ({
        label: t("write.heading", { level }),
        checked: at.level === level,
        onSelect: () => void chain().setHeading({ level }).run(),
      })),
    ];
    const insert: MenuEntry = {
      label: t("write.table.insert"),
      disabled: at.inTable,
      onSelect: () => chain().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run(),
    };
    const rows: MenuEntry[] = [
      { label: t("write.table.rowBefore"), onSelect: () => chain().addRowBefore().run() },
      { label: t("write.table.rowAfter"), onSelect: () => chain().addRowAfter().run() },
      { label: t("write.table.rowDelete"), onSelect: () => chain().deleteRow().run() },
      { label: t("write.table.header"), onSelect: () => chain().toggleHeaderRow().run() },
    ];
    const columns: MenuEntry[] = [
      { label: t("write.table.columnBefore"), onSelect: () => chain().addColumnBefore().run() },
      { label: t("write.table.columnAfter"), onSelect: () => chain().addColumnAfter().run() },
      { label: t("write.table.columnDelete"), onSelect: () => chain().deleteColumn().run() },
    ];
    const whole: MenuEntry[] = [
      { label: t("write.table.delete"), danger: true, onSelect: () => chain().deleteTable().run() },
    ];
    return (
      <div
        ref={ref}
        role="toolbar"
        aria-label={t("write.toolbar")}
        className="flex shrink-0 flex-wrap items-center gap-0.5 border-b border-line px-4 py-1"
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          editor.commands.focus();
        }}
      >
        <Menu
          align="start"
          focusAfter={toText}
          trigger={
            <Button look="quiet" size="small" className="w-24 justify-between!">
              {at.level === 0 ? t("write.paragraph") : t("write.heading", { level: at.level })}
              <ChevronDown aria-hidden className="size-3.5" strokeWidth={1.75} />
            </Button>
          }
          groups={[levels]}
        />
        <Line />
        <IconButton
          icon={Bold}
          label={t("write.bold")}
          keys="Mod+B"
          pressed={at.bold}
          onClick={() => chain().toggleBold().run()}
        />
        <IconButton
          icon={Italic}
          label={t("write.italic")}
          keys="Mod+I"
          pressed={at.italic}
          onClick={() => chain().toggleItalic().run()}
        />
        <Line />
        <IconButton
          icon={List}
          label={t("write.bullets")}
          pressed={at.bullets}
          onClick={() => chain().toggleBulletList().run()}
        />
        <IconButton
          icon={ListOrdered}
          label={t("write.numbers")}
          pressed={at.numbers}
          onClick={() => chain().toggleOrderedList().run()}
        />
        <IconButton
          icon={IndentDecrease}
          label={t("write.outdent")}
          disabled={!at.inList}
          onClick={() => chain().liftListItem("listItem").run()}
        />
        <IconButton
          icon={IndentIncrease}
          label={t("write.indent")}
          disabled={!at.inList}
          onClick={() => chain().sinkListItem("listItem").run()}
        />
        <Menu
          align="start"
          focusAfter={toText}
          trigger={<IconButton icon={Table} label={t("write.table.menu")} pressed={at.inTable} />}
          groups={at.inTable ? [rows, columns, whole] : [[insert]]}
        />
        <Line />
        <IconButton
          icon={MessageSquarePlus}
          label={t("write.comment.add")}
          keys="Mod+Alt+M"
          disabled={!at.selects}
          onClick={onComment}
        />
        <Button look="quiet" size="small" icon={WandSparkles} disabled={!at.selects} onClick={onRewrite}>
          {t("write.rewrite.open")}
        </Button>
        <span className="flex-1" />
        <IconButton
          icon={Undo2}
          label={t("action.undo")}
          keys="Mod+Z"
          disabled={!at.canUndo}
          onClick={() => chain().undo().run()}
        />
        <IconButton
          icon={Redo2}
          label={t("write.redo")}
          keys="Mod+Shift+Z"
          disabled={!at.canRedo}
          onClick={() => chain().redo().run()}
        />
      </div>
    );
  },
);

function Line() {
  return <span aria-hidden className="mx-1 h-4 w-px bg-line" />;
}
